using System.Globalization;
using System.Text.Json;

namespace Ddpo.Audio.Tokenizers;

/// <summary>
/// The small files beside a vocabulary: <c>tokenizer_config.json</c>, <c>special_tokens_map.json</c> and
/// <c>added_tokens.json</c>. All of them are optional; the first one that names a special token decides.
/// </summary>
internal sealed class TokenizerSettings
{
    private readonly JsonElement?[] _sources;

    private TokenizerSettings(JsonElement?[] sources, IReadOnlyList<AddedToken> addedTokens) =>
        (_sources, AddedTokens) = (sources, addedTokens);

    /// <summary>Tokens with ids that the files list, special ones included.</summary>
    public IReadOnlyList<AddedToken> AddedTokens { get; }

    /// <summary>The most tokens of a text; <see langword="null"/> when not given, or given as the huge number that means no limit.</summary>
    public int? MaxLength =>
        Config("model_max_length") is { ValueKind: JsonValueKind.Number } value && value.GetDouble() is >= 1 and < int.MaxValue and var length
            ? (int)length
            : null;

    /// <summary>Whether a text gets a space in front.</summary>
    public bool? AddPrefixSpace => Config("add_prefix_space") is { ValueKind: JsonValueKind.True or JsonValueKind.False } value
        ? value.GetBoolean()
        : null;

    /// <summary>How many <c>&lt;extra_id_n&gt;</c> tokens follow a SentencePiece vocabulary.</summary>
    public int? ExtraIds => Config("extra_ids") is { ValueKind: JsonValueKind.Number } value ? value.GetInt32() : null;

    /// <summary>Reads what there is in a tokenizer's folder.</summary>
    public static TokenizerSettings Read(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new CheckpointException(
                $"The tokenizer folder '{folder}' is missing. Check the path, and that the model was downloaded completely.");
        }

        var configPath = Path.Combine(folder, "tokenizer_config.json");
        var config = TokenizerJson.ReadOptional(configPath);
        var map = TokenizerJson.ReadOptional(Path.Combine(folder, "special_tokens_map.json"));
        var addedPath = Path.Combine(folder, "added_tokens.json");
        var added = new Dictionary<string, AddedToken>();
        if (TokenizerJson.ReadOptional(addedPath) is { } older)
        {
            foreach (var token in TokenizerJson.Parse(addedPath, () => older.EnumerateObject().Select(Older).ToArray()))
            {
                added[token.Content] = token;
            }
        }

        if (config?.TryGetProperty("added_tokens_decoder", out var decoder) is true)
        {
            foreach (var token in TokenizerJson.Parse(configPath, () => decoder.EnumerateObject().Select(Decoded).ToArray()))
            {
                added[token.Content] = token;
            }
        }

        return new TokenizerSettings([config, map], [.. added.Values]);
    }

    /// <summary>The spelling of a special token such as <c>eos_token</c>.</summary>
    public string Special(string name, string fallback)
    {
        foreach (var source in _sources)
        {
            if (source?.TryGetProperty(name, out var value) is not true)
            {
                continue;
            }

            value = value.ValueKind == JsonValueKind.Object && value.TryGetProperty("content", out var content) ? content : value;
            if (value.ValueKind == JsonValueKind.String)
            {
                return value.GetString()!;
            }
        }

        return fallback;
    }

    /// <summary>An added token as <c>tokenizer.json</c> and <c>added_tokens_decoder</c> spell it.</summary>
    public static AddedToken FromJson(JsonElement token, int id) =>
        new(token.GetProperty("content").GetString() ?? "", id, Flag(token, "lstrip"), Flag(token, "rstrip"));

    private static bool Flag(JsonElement token, string name) =>
        token.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    private static AddedToken Decoded(JsonProperty token) =>
        FromJson(token.Value, int.Parse(token.Name, NumberStyles.None, CultureInfo.InvariantCulture));

    private static AddedToken Older(JsonProperty token) => new(token.Name, token.Value.GetInt32());

    private JsonElement? Config(string name) =>
        _sources[0]?.TryGetProperty(name, out var value) is true ? value : null;
}
