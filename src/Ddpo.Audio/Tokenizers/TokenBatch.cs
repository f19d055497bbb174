namespace Ddpo.Audio.Tokenizers;

/// <summary>Token ids and masks of several texts, [texts][tokens].</summary>
/// <param name="Ids">The ids, padded to a common length.</param>
/// <param name="Mask">1 for a token to attend to, 0 for padding.</param>
/// <param name="Truncated">The indices of the texts that were too long and lost their end.</param>
internal sealed record TokenBatch(long[][] Ids, long[][] Mask, IReadOnlyList<int> Truncated)
{
    /// <summary>Tokens in each row.</summary>
    public int Length => Ids[0].Length;

    /// <summary>The same texts without the columns at the end that are padding in every row.</summary>
    public TokenBatch WithoutCommonPadding()
    {
        var width = Mask.Max(row => Array.LastIndexOf(row, 1L) + 1);
        return this with { Ids = [.. Ids.Select(row => row[..width])], Mask = [.. Mask.Select(row => row[..width])] };
    }

    /// <summary>Encodes each text by <paramref name="encode"/> and pads the rows at their ends.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="encode">The framed ids of a text, and whether it was too long.</param>
    /// <param name="padId">The id to pad with.</param>
    /// <param name="length">The rows' length; <see langword="null"/> is the longest row's.</param>
    public static TokenBatch Build(
        IReadOnlyList<string> texts, Func<string, (int[] Ids, bool Truncated)> encode, int padId, int? length)
    {
        ArgumentNullException.ThrowIfNull(texts);
        if (texts.Count == 0)
        {
            throw new ArgumentException("Expected at least one text to tokenize, found none.", nameof(texts));
        }

        var rows = new int[texts.Count][];
        var truncated = new List<int>();
        for (var i = 0; i < rows.Length; i++)
        {
            var text = texts[i] ?? throw new ArgumentException($"Text {i} is null; use an empty string for no text.", nameof(texts));
            (rows[i], var cut) = encode(text);
            if (cut)
            {
                truncated.Add(i);
            }
        }

        var width = length ?? rows.Max(row => row.Length);
        return new TokenBatch(
            [.. rows.Select(row => Row(width, i => i < row.Length ? row[i] : padId))],
            [.. rows.Select(row => Row(width, i => i < row.Length ? 1 : 0))],
            truncated);
    }

    private static long[] Row(int width, Func<int, long> value)
    {
        var row = new long[width];
        for (var i = 0; i < width; i++)
        {
            row[i] = value(i);
        }

        return row;
    }
}
