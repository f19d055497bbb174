using System.Text;
using System.Text.Unicode;

namespace Ddpo.Audio.Checkpoints;

/// <summary>Reads text as UTF-8, with or without its byte order mark. The platform puts a mark in place of what it cannot read, and goes on.</summary>
internal static class TextFile
{
    /// <summary>A file's text.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is in another encoding; the message has the file and the line.</exception>
    public static string Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var text = bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? bytes.AsSpan(Encoding.UTF8.Preamble.Length) : bytes;
        return WrongByte(text) is not { } wrong ? Encoding.UTF8.GetString(text) : throw new InvalidDataException(
            $"'{path}' is not UTF-8: line {text[..wrong].Count((byte)'\n') + 1} has the byte 0x{text[wrong]:X2} where none of a text can be. Save it as UTF-8.");
    }

    /// <summary>A file's lines, which end as in <see cref="File.ReadLines(string)"/>.</summary>
    /// <inheritdoc cref="Read"/>
    public static IEnumerable<string> ReadLines(string path)
    {
        using var reader = new StringReader(Read(path));
        while (reader.ReadLine() is { } line)
        {
            yield return line;
        }
    }

    // A zero is valid, but in no text: every other byte of a Latin one in UTF-16 is.
    private static int? WrongByte(ReadOnlySpan<byte> text)
    {
        var zero = text.IndexOf((byte)0);
        if (Utf8.IsValid(text))
        {
            return zero < 0 ? null : zero;
        }

        var at = 0;
        while (Rune.DecodeFromUtf8(text[at..], out _, out var length) == System.Buffers.OperationStatus.Done)
        {
            at += length;
        }

        return zero >= 0 && zero < at ? zero : at;
    }
}
