namespace Ddpo.Audio.Testing.Fuzzing;

/// <summary>Changes of JSON and other text: numbers, strings and whole values become others.</summary>
internal static class TextMutations
{
    private static readonly byte[][] s_numbers =
    [
        .. new[]
        {
            "0", "-1", "1", "-0.0", "1.5", "1e999", "-1e999", "1e-999", "2147483647", "2147483648", "-2147483648", "4294967296", "4611686018427387904",
            "9223372036854775807", "-9223372036854775808", "99999999999999999999999", "1000000000", "65536", "33", "NaN", "Infinity", "0x10", "007",
        }.Select(System.Text.Encoding.ASCII.GetBytes),
    ];

    private static readonly byte[][] s_texts =
    [
        .. new[]
        {
            "", "\\ud800", "\\u0000", "\\u0000.safetensors", "../x", "a", "<s>", "0", "\\", "\u2581", "null", "storage", "content", "_class_name",
        }.Select(System.Text.Encoding.UTF8.GetBytes),
    ];

    private static readonly byte[][] s_values =
    [
        .. new[]
        {
            "null", "true", "false", "[]", "{}", "[null]", "[[null]]", "\"\"", "\"\\ud800\"", "{\"content\":\"\\udc00\"}", "{\"content\":null}", "-1", "[1e99]",
            "[[],[]]", "~",
        }.Select(System.Text.Encoding.UTF8.GetBytes),
    ];

    /// <summary>Replaces a run of digits.</summary>
    public static bool ReplaceNumber(Random random, List<byte> input)
    {
        var start = Find(random, input, value => value is >= (byte)'0' and <= (byte)'9');
        if (start < 0)
        {
            return false;
        }

        var end = start;
        while (end < input.Count && input[end] is (>= (byte)'0' and <= (byte)'9') or (byte)'.' or (byte)'e' or (byte)'-')
        {
            end++;
        }

        Replace(input, start, end, Mutator.Pick(random, s_numbers));
        return true;
    }

    /// <summary>Replaces what stands between two quotation marks.</summary>
    public static bool ReplaceText(Random random, List<byte> input)
    {
        var start = Find(random, input, value => value == '"') + 1;
        var end = start == 0 ? -1 : input.IndexOf((byte)'"', start);
        if (end < 0)
        {
            return false;
        }

        Replace(input, start, end, Mutator.Pick(random, s_texts));
        return true;
    }

    /// <summary>Replaces what follows a colon or comma, up to the next one or the end of what encloses it.</summary>
    public static bool ReplaceValue(Random random, List<byte> input)
    {
        var start = Find(random, input, value => value is (byte)':' or (byte)',' or (byte)'[') + 1;
        if (start == 0)
        {
            return false;
        }

        var (end, depth) = (start, 0);
        for (; end < input.Count && (depth > 0 || input[end] is not ((byte)',' or (byte)'}' or (byte)']' or (byte)'\n')); end++)
        {
            depth += input[end] is (byte)'{' or (byte)'[' ? 1 : input[end] is (byte)'}' or (byte)']' ? -1 : 0;
        }

        Replace(input, start, end, [(byte)' ', .. Mutator.Pick(random, s_values)]);
        return true;
    }

    private static int Find(Random random, List<byte> input, Predicate<byte> isWanted)
    {
        var found = input.Count == 0 ? -1 : input.FindIndex(random.Next(input.Count), isWanted);
        return found >= 0 ? found : input.FindIndex(isWanted);
    }

    private static void Replace(List<byte> input, int start, int end, byte[] by)
    {
        input.RemoveRange(start, end - start);
        input.InsertRange(start, by);
    }
}
