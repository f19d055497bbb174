using System.Buffers;

namespace Ddpo.Audio.Checkpoints;

/// <summary>JSON as Python writes it: with NaN, Infinity and -Infinity, for which JSON has no form.</summary>
internal static class PythonNumbers
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xef, 0xbb, 0xbf];

    /// <summary>Puts those numbers in quotes, so that a file can be read as long as nobody needs one of them as a number.</summary>
    public static ReadOnlyMemory<byte> Quote(ReadOnlyMemory<byte> utf8)
    {
        utf8 = utf8.Span.StartsWith(ByteOrderMark) ? utf8[ByteOrderMark.Length..] : utf8;
        var json = utf8.Span;
        if (json.IndexOf("NaN"u8) < 0 && json.IndexOf("Infinity"u8) < 0)
        {
            return utf8;
        }

        var quoted = new ArrayBufferWriter<byte>(json.Length + 64);
        while (!json.IsEmpty)
        {
            var number = NumberAt(json);
            var length = number > 0 ? number : json[0] == (byte)'"' ? LengthOfText(json) : 1;
            if (number > 0)
            {
                quoted.Write("\""u8);
            }

            quoted.Write(json[..length]);
            if (number > 0)
            {
                quoted.Write("\""u8);
            }

            json = json[length..];
        }

        return quoted.WrittenMemory;
    }

    private static int NumberAt(ReadOnlySpan<byte> json) =>
        json.StartsWith("NaN"u8) ? 3 : json.StartsWith("Infinity"u8) ? 8 : json.StartsWith("-Infinity"u8) ? 9 : 0;

    /// <summary>With both quotes; to the end where the second is missing.</summary>
    private static int LengthOfText(ReadOnlySpan<byte> json)
    {
        for (var i = 1; i < json.Length; i++)
        {
            if (json[i] == (byte)'\\')
            {
                i++;
            }
            else if (json[i] == (byte)'"')
            {
                return i + 1;
            }
        }

        return json.Length;
    }
}
