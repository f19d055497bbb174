using Ddpo.Audio.Tokenizers.Bpe;

namespace Ddpo.Audio.Tokenizers;

/// <summary>RoBERTa's byte-level BPE, as CLAP's text tower uses it: <c>&lt;s&gt; text &lt;/s&gt;</c>, padded to the maximum length.</summary>
internal sealed class RobertaTokenizer : ITextTokenizer
{
    // What roberta-base allows; folders whose files give no length are made for it.
    private const int DefaultMaxLength = 512;

    private readonly ByteLevelBpe _bpe;
    private readonly AddedTokenSplitter _splitter;
    private readonly bool _addPrefixSpace;
    private readonly int _begin;
    private readonly int _end;

    private RobertaTokenizer(BpeVocabulary vocabulary, TokenizerSettings settings, int? maxLength)
    {
        var added = new Dictionary<string, AddedToken>();
        foreach (var token in vocabulary.AddedTokens.Concat(settings.AddedTokens))
        {
            added[token.Content] = token;
        }

        _begin = Special("cls_token", "<s>");
        _end = Special("sep_token", "</s>");
        PadId = Special("pad_token", "<pad>");
        var unknown = Special("unk_token", "<unk>");
        if (!added.ContainsKey("<mask>") && vocabulary.Ids.TryGetValue("<mask>", out var mask))
        {
            added.Add("<mask>", new AddedToken("<mask>", mask, TrimsLeft: true));
        }

        _bpe = new ByteLevelBpe(vocabulary.Ids, vocabulary.Merges, unknown);
        _splitter = new AddedTokenSplitter(added.Values);
        _addPrefixSpace = settings.AddPrefixSpace ?? vocabulary.AddPrefixSpace;
        MaxLength = maxLength ?? settings.MaxLength ?? DefaultMaxLength;
        if (MaxLength < 2)
        {
            throw TokenizerJson.Wrong(
                vocabulary.Location, $"expected a model_max_length of 2 or more beside it, for <s> and </s>, found {MaxLength}");
        }

        int Special(string name, string fallback)
        {
            var content = settings.Special(name, fallback);
            if (!added.TryGetValue(content, out var token))
            {
                var id = vocabulary.Ids.TryGetValue(content, out var found) ? found : throw TokenizerJson.Wrong(
                    vocabulary.Location, $"expected the {name} '{content}' in the vocabulary of {vocabulary.Ids.Count} entries, found none");
                added.Add(content, token = new AddedToken(content, id));
            }

            return token.Id;
        }
    }

    /// <inheritdoc/>
    public int PadId { get; }

    /// <inheritdoc/>
    public int MaxLength { get; }

    /// <summary>Reads <c>vocab.json</c> and <c>merges.txt</c>, or else <c>tokenizer.json</c>, and the settings beside them.</summary>
    /// <param name="folder">The tokenizer's folder.</param>
    /// <param name="maxLength">The rows' length; <see langword="null"/> is what the folder says, or 512.</param>
    /// <exception cref="CheckpointException">A file is missing or not what it should be.</exception>
    public static RobertaTokenizer FromFolder(string folder, int? maxLength = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var settings = TokenizerSettings.Read(folder);
        return new RobertaTokenizer(BpeVocabulary.Read(folder), settings, maxLength);
    }

    /// <inheritdoc/>
    public TokenBatch Encode(IReadOnlyList<string> texts, int? padTo = null)
    {
        var length = padTo ?? MaxLength;
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 2, nameof(padTo));
        return TokenBatch.Build(texts, text => Frame(Tokenize(text), length), PadId, length);
    }

    private List<int> Tokenize(string text)
    {
        var ids = new List<int>();
        text = _addPrefixSpace && text.Length > 0 && !char.IsWhiteSpace(text[0]) ? " " + text : text;
        foreach (var (token, part) in _splitter.Split(text))
        {
            if (token is not null)
            {
                ids.Add(token.Id);
                continue;
            }

            foreach (var word in WordSplitter.Split(part))
            {
                ids.AddRange(_bpe.Encode(part.AsSpan(word)));
            }
        }

        return ids;
    }

    private (int[] Ids, bool Truncated) Frame(List<int> ids, int length)
    {
        var kept = Math.Min(ids.Count, length - 2);
        return ([_begin, .. ids.Take(kept), _end], kept < ids.Count);
    }
}
