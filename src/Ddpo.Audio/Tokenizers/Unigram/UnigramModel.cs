using System.Text;

namespace Ddpo.Audio.Tokenizers.Unigram;

/// <summary>Cuts a normalized text into the pieces whose scores add up to the most (Viterbi). Immutable and thread-safe.</summary>
internal sealed class UnigramModel
{
    // An unknown character scores this much below the worst piece.
    private const float UnknownPenalty = 10;

    private readonly ByteTrie _trie = new();
    private readonly float[] _scores;
    private readonly bool[] _userDefined;
    private readonly float _unknownScore;

    /// <exception cref="CheckpointException">There is not exactly one unknown piece, or a piece is empty.</exception>
    public UnigramModel(UnigramDefinition definition)
    {
        var pieces = definition.Pieces;
        var unknown = Enumerable.Range(0, pieces.Count).Where(id => pieces[id].Kind == PieceKind.Unknown).ToArray();
        UnknownId = unknown is [var only] ? only : throw TokenizerJson.Wrong(
            definition.Location, $"expected one unknown piece among {pieces.Count}, found {unknown.Length}");
        _scores = [.. pieces.Select(piece => piece.Score)];
        _userDefined = [.. pieces.Select(piece => piece.Kind == PieceKind.UserDefined)];
        _unknownScore = pieces.Where(piece => piece.Kind == PieceKind.Normal).Select(piece => piece.Score).DefaultIfEmpty().Min() - UnknownPenalty;
        for (var id = 0; id < pieces.Count; id++)
        {
            if (pieces[id].Kind is not (PieceKind.Normal or PieceKind.UserDefined))
            {
                continue;
            }

            _trie.Add(
                pieces[id].Text.Length > 0 ? Encoding.UTF8.GetBytes(pieces[id].Text) : throw TokenizerJson.Wrong(definition.Location, $"piece {id} is empty"), id);
        }
    }

    /// <summary>The id of characters that no piece covers; several in a row give one.</summary>
    public int UnknownId { get; }

    /// <summary>Appends the ids of a normalized text.</summary>
    public void Encode(ReadOnlySpan<byte> text, List<int> ids)
    {
        // For every end in the text: the piece that ends there, where it starts, and the best score up to there.
        var best = new (int Id, int Start, float Score)[text.Length + 1];
        Array.Fill(best, (-1, -1, 0f));
        for (var start = 0; start < text.Length;)
        {
            Rune.DecodeFromUtf8(text[start..], out _, out var character);
            var score = best[start].Score;
            var covered = false;
            var node = 0;
            for (var at = start; at < text.Length && (node = _trie.Child(node, text[at])) >= 0; at++)
            {
                if (_trie.Value(node) is >= 0 and var id)
                {
                    Offer(ref best[at + 1], id, start, score + Score(id));
                    covered |= at + 1 - start == character;
                }
            }

            if (!covered)
            {
                Offer(ref best[start + character], UnknownId, start, score + _unknownScore);
            }

            start += character;
        }

        var first = ids.Count;
        for (var end = text.Length; end > 0; end = best[end].Start)
        {
            if (best[end].Id != UnknownId || ids.Count == first || ids[^1] != UnknownId)
            {
                ids.Add(best[end].Id);
            }
        }

        ids.Reverse(first, ids.Count - first);
    }

    private static void Offer(ref (int Id, int Start, float Score) best, int id, int start, double score)
    {
        if (best.Start < 0 || score > best.Score)
        {
            best = (id, start, (float)score);
        }
    }

    // A piece that the user defined is nearly free, so that it wins over whatever it could be cut into.
    private double Score(int id) => _userDefined[id] ? -0.1 : _scores[id];
}
