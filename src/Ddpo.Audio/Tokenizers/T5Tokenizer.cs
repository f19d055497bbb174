using Ddpo.Audio.Tokenizers.Unigram;

namespace Ddpo.Audio.Tokenizers;

/// <summary>T5's SentencePiece unigram tokenizer: <c>text &lt;/s&gt;</c>, padded to the longest text of the batch.</summary>
internal sealed class T5Tokenizer : ITextTokenizer
{
    // T5's own number, when no file beside spiece.model gives another.
    private const int DefaultExtraIds = 100;

    private readonly Normalizer _normalizer;
    private readonly UnigramModel _model;
    private readonly AddedTokenSplitter _splitter;
    private readonly int _end;

    private T5Tokenizer(UnigramDefinition definition, TokenizerSettings settings, int? maxLength)
    {
        _model = new UnigramModel(definition);
        _normalizer = TokenizerJson.Parse(definition.Location, () => new Normalizer(definition));
        var added = definition.AddedTokens.Concat(settings.AddedTokens).Concat(ExtraIds(definition, settings))
            .GroupBy(token => token.Content).ToDictionary(group => group.Key, group => group.Last());
        PadId = Special("pad_token", "<pad>");
        _end = Special("eos_token", "</s>");
        Special("unk_token", "<unk>");
        _splitter = new AddedTokenSplitter(added.Values);
        MaxLength = maxLength ?? settings.MaxLength ?? int.MaxValue;

        int Special(string name, string fallback)
        {
            var content = settings.Special(name, fallback);
            if (!added.TryGetValue(content, out var token))
            {
                var id = Enumerable.Range(0, definition.Pieces.Count).FirstOrDefault(id => definition.Pieces[id].Text == content, -1);
                added[content] = token = new AddedToken(content, id >= 0 ? id : throw TokenizerJson.Wrong(
                    definition.Location, $"expected the {name} '{content}' among its {definition.Pieces.Count} pieces, found none"));
            }

            return token.Id;
        }
    }

    /// <inheritdoc/>
    public int PadId { get; }

    /// <inheritdoc/>
    public int MaxLength { get; }

    /// <summary>Reads <c>spiece.model</c>, or else <c>tokenizer.json</c>, and the settings beside it.</summary>
    /// <param name="folder">The tokenizer's folder.</param>
    /// <param name="maxLength">The most tokens of a text; <see langword="null"/> is what the folder says, or no limit.</param>
    /// <exception cref="CheckpointException">A file is missing or not what it should be.</exception>
    public static T5Tokenizer FromFolder(string folder, int? maxLength = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var settings = TokenizerSettings.Read(folder);
        return new T5Tokenizer(UnigramDefinition.Read(folder), settings, maxLength);
    }

    /// <inheritdoc/>
    public TokenBatch Encode(IReadOnlyList<string> texts, int? padTo = null)
    {
        var limit = padTo ?? MaxLength;
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1, nameof(padTo));
        return TokenBatch.Build(texts, text => Frame(Tokenize(text), limit), PadId, padTo);
    }

    // Extra ids follow the pieces, the highest number first, unless a file lists them.
    private static IEnumerable<AddedToken> ExtraIds(UnigramDefinition definition, TokenizerSettings settings)
    {
        var count = settings.ExtraIds ?? DefaultExtraIds;
        var listed = definition.AddedTokens.Concat(settings.AddedTokens).Select(token => token.Content)
            .Concat(definition.Pieces.Select(piece => piece.Text)).Any(text => text.StartsWith("<extra_id_", StringComparison.Ordinal));
        return listed ? [] : Enumerable.Range(0, count).Select(number => new AddedToken(
            $"<extra_id_{number}>", definition.Pieces.Count + count - 1 - number, TrimsLeft: true, TrimsRight: true));
    }

    private List<int> Tokenize(string text)
    {
        var ids = new List<int>();
        foreach (var (token, part) in _splitter.Split(text))
        {
            if (token is not null)
            {
                ids.Add(token.Id);
            }
            else
            {
                _model.Encode(_normalizer.Normalize(part), ids);
            }
        }

        return ids;
    }

    // A text that itself ends with </s> gets no second one, as in the reference.
    private (int[] Ids, bool Truncated) Frame(List<int> ids, int limit)
    {
        var kept = Math.Min(ids.Count, limit - 1);
        var truncated = kept < ids.Count;
        ids.RemoveRange(kept, ids.Count - kept);
        return ([.. ids, .. ids is [.., var last] && last == _end ? Array.Empty<int>() : [_end]], truncated);
    }
}
