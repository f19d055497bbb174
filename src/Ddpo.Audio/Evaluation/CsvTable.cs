using System.Buffers;
using System.Globalization;
using System.Text;

namespace Ddpo.Audio.Evaluation;

/// <summary>Writes comma-separated values: quoted as RFC 4180 says, invariant numbers, UTF-8 without a byte order mark.</summary>
internal static class CsvTable
{
    private static readonly SearchValues<char> s_special = SearchValues.Create("\",\r\n");

    /// <summary>Lines end in a line feed, as those of other tools on Linux do. Null and NaN become nothing.</summary>
    public static void Write(Stream stream, IEnumerable<object?[]> rows)
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
        foreach (var row in rows)
        {
            writer.Write(string.Join(',', row.Select(Field)));
            writer.Write('\n');
        }
    }

    private static string Field(object? value)
    {
        var text = value switch
        {
            null or double.NaN or float.NaN => "",
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString() ?? "",
        };
        return text.AsSpan().ContainsAny(s_special) ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
    }
}
