namespace Ddpo.Audio.Tokenizers.Bpe;

/// <summary>
/// The printable character that stands for each byte in a byte-level vocabulary: printable Latin-1 stands for itself,
/// the other bytes, in order, for the characters from U+0100.
/// </summary>
internal static class ByteAlphabet
{
    /// <summary>The character of every byte, as a string.</summary>
    public static IReadOnlyList<string> Symbols { get; } = Build();

    private static string[] Build()
    {
        var next = 0x100;
        return [.. Enumerable.Range(0, 256).Select(value => ((char)(IsPrintable(value) ? value : next++)).ToString())];
    }

    private static bool IsPrintable(int value) => value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xFF and not 0xAD);
}
