using System.Collections.Concurrent;
using System.Text;

namespace Ddpo.Audio.Tokenizers.Bpe;

/// <summary>Byte pair encoding of one word at a time: the pair with the best rank is merged until none is left. Thread-safe.</summary>
internal sealed class ByteLevelBpe
{
    // Words repeat from prompt to prompt; beyond this many different ones there is nothing to gain from keeping more.
    private const int CacheCapacity = 10_000;

    private readonly Dictionary<(int Left, int Right), (int Rank, int Merged)> _merges = [];
    private readonly List<int> _ids = [];
    private readonly ConcurrentDictionary<string, int[]> _cache = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int[]>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    /// <summary>Symbols are numbered as they appear, the 256 bytes first, so that merging compares numbers, not strings.</summary>
    public ByteLevelBpe(IReadOnlyDictionary<string, int> vocabulary, IReadOnlyList<(string Left, string Right)> merges, int unknownId)
    {
        _lookup = _cache.GetAlternateLookup<ReadOnlySpan<char>>();
        var symbols = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var symbol in ByteAlphabet.Symbols)
        {
            Number(symbol);
        }

        for (var rank = 0; rank < merges.Count; rank++)
        {
            var (left, right) = merges[rank];
            _merges[(Number(left), Number(right))] = (rank, Number(left + right));
        }

        int Number(string symbol)
        {
            if (!symbols.TryGetValue(symbol, out var number))
            {
                symbols.Add(symbol, number = symbols.Count);
                _ids.Add(vocabulary.TryGetValue(symbol, out var id) ? id : unknownId);
            }

            return number;
        }
    }

    /// <summary>The ids of one word.</summary>
    public IReadOnlyList<int> Encode(ReadOnlySpan<char> word)
    {
        if (_lookup.TryGetValue(word, out var known))
        {
            return known;
        }

        var text = word.ToString();
        var symbols = Encoding.UTF8.GetBytes(text).Select(value => (int)value).ToArray();
        int[] ids = [.. symbols.AsSpan(0, Merge(symbols)).ToArray().Select(symbol => _ids[symbol])];
        if (_cache.Count < CacheCapacity)
        {
            _cache.TryAdd(text, ids);
        }

        return ids;
    }

    // Merges in place; returns how many symbols are left. Every round joins all occurrences of the best pair.
    private int Merge(int[] symbols)
    {
        var count = symbols.Length;
        while (true)
        {
            var best = (Left: 0, Right: 0, Rank: int.MaxValue, Merged: 0);
            for (var i = 0; i + 1 < count; i++)
            {
                if (_merges.TryGetValue((symbols[i], symbols[i + 1]), out var merge) && merge.Rank < best.Rank)
                {
                    best = (symbols[i], symbols[i + 1], merge.Rank, merge.Merged);
                }
            }

            if (best.Rank == int.MaxValue)
            {
                return count;
            }

            var kept = 0;
            for (var i = 0; i < count; i++)
            {
                var joins = symbols[i] == best.Left && i + 1 < count && symbols[i + 1] == best.Right;
                symbols[kept++] = joins ? best.Merged : symbols[i];
                i += joins ? 1 : 0;
            }

            count = kept;
        }
    }
}
