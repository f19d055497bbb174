using System.Text.Json;
using Ddpo.Audio.Checkpoints;

namespace Ddpo.Audio.Tokenizers.Bpe;

/// <summary>What the files of a byte-level BPE tokenizer say.</summary>
/// <param name="Location">The file, for messages.</param>
/// <param name="Ids">The id of every token.</param>
/// <param name="Merges">Pairs in the order in which they are merged.</param>
/// <param name="AddedTokens">Tokens that are found literally; only <c>tokenizer.json</c> lists them.</param>
/// <param name="AddPrefixSpace">Whether a text gets a space in front.</param>
internal sealed record BpeVocabulary(
    string Location,
    IReadOnlyDictionary<string, int> Ids,
    IReadOnlyList<(string Left, string Right)> Merges,
    IReadOnlyList<AddedToken> AddedTokens,
    bool AddPrefixSpace)
{
    /// <summary>Reads <c>vocab.json</c> and <c>merges.txt</c> when both are there, else <c>tokenizer.json</c>.</summary>
    public static BpeVocabulary Read(string folder)
    {
        var (vocab, merges) = (Path.Combine(folder, "vocab.json"), Path.Combine(folder, "merges.txt"));
        var single = Path.Combine(folder, "tokenizer.json");
        if (File.Exists(vocab) && File.Exists(merges))
        {
            return new BpeVocabulary(vocab, ReadIds(vocab, TokenizerJson.Read(vocab)), ReadMerges(merges), [], false);
        }

        return File.Exists(single) ? ReadSingle(single) : throw new CheckpointException(
            $"The folder '{folder}' has no byte-level BPE tokenizer: expected vocab.json and merges.txt, or tokenizer.json. " +
            $"Missing: {string.Join(", ", new[] { vocab, merges, single }.Where(path => !File.Exists(path)).Select(Path.GetFileName))}. " +
            "Copy them from the model's repository.");
    }

    private static BpeVocabulary ReadSingle(string path)
    {
        var json = TokenizerJson.Read(path);
        return TokenizerJson.Parse(path, () =>
        {
            var model = json.GetProperty("model");
            if (model.TryGetProperty("type", out var type) && type.GetString() != "BPE")
            {
                throw new InvalidDataException($"expected a model of type BPE, found {type.GetString()}");
            }

            var prefix = json.TryGetProperty("pre_tokenizer", out var splitter) && splitter.ValueKind == JsonValueKind.Object
                && splitter.TryGetProperty("add_prefix_space", out var value) && value.ValueKind == JsonValueKind.True;
            var added = json.TryGetProperty("added_tokens", out var tokens)
                ? tokens.EnumerateArray().Select(token => TokenizerSettings.FromJson(token, TokenizerJson.Id(token.GetProperty("id")))).ToArray()
                : [];
            return new BpeVocabulary(
                path, ReadIds(path, model.GetProperty("vocab")), [.. model.GetProperty("merges").EnumerateArray().Select(Merge)], added, prefix);
        });
    }

    private static Dictionary<string, int> ReadIds(string path, JsonElement vocabulary) =>
        TokenizerJson.Parse(path, () => vocabulary.EnumerateObject().ToDictionary(entry => entry.Name, entry => TokenizerJson.Id(entry.Value)));

    // Both spellings occur: "left right" and, in newer files, ["left", "right"].
    private static (string Left, string Right) Merge(JsonElement merge)
    {
        var parts = merge.ValueKind == JsonValueKind.Array
            ? [.. merge.EnumerateArray().Select(part => part.GetString() ?? "")]
            : merge.GetString()?.Split(' ') ?? [];
        return IsPair(parts) ? (parts[0], parts[1]) : throw new InvalidDataException($"expected a pair of symbols, found {merge.GetRawText()}");
    }

    private static List<(string Left, string Right)> ReadMerges(string path)
    {
        var merges = new List<(string, string)>();
        var number = 0;
        foreach (var line in TokenizerJson.Parse(path, () => TextFile.ReadLines(path).ToList()))
        {
            number++;
            if (line.Length == 0 || (number == 1 && line.StartsWith("#version", StringComparison.Ordinal)))
            {
                continue;
            }

            var parts = line.Split(' ');
            merges.Add(IsPair(parts) ? (parts[0], parts[1]) : throw TokenizerJson.Wrong(
                path, $"line {number} should be two symbols separated by a space, found '{line}'"));
        }

        return merges;
    }

    private static bool IsPair(string[] parts) => parts is [{ Length: > 0 }, { Length: > 0 }];
}
