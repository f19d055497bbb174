using System.Globalization;
using System.Text.Json;

namespace Ddpo.Audio.Tokenizers;

/// <summary>
/// The small files beside a vocabulary: <c>tokenizer_config.json</c>, <c>special_tokens_map.json</c> and
/// <c>added_tokens.json</c>. All of them are optional; the first one that names a special token decides.
/// </summary>
internal sealed class TokenizerSettings
{
    // A larger number means that there is no limit, as 1e30 in many files; no text encoder has more positions.
    private const int MaxMaxLength = 1 << 16;

    // T5 has 100.
    private const int MaxExtraIds = 1000;

    private readonly (string Path, JsonElement Json)[] _sources;
    private readonly JsonElement? _config;

    private TokenizerSettings(string folder)
    {
        var (config, map) = (Path.Combine(folder, "tokenizer_config.json"), Path.Combine(folder, "special_tokens_map.json"));
        _config = TokenizerJson.ReadOptional(config);
        _sources = [.. new[] { (Path: config, Json: _config), (Path: map, Json: TokenizerJson.ReadOptional(map)) }
            .Where(source => source.Json is not null).Select(source => (source.Path, source.Json!.Value))];
        AddedTokens = ReadAddedTokens(Path.Combine(folder, "added_tokens.json"), config);
        (MaxLength, AddPrefixSpace, ExtraIds) = TokenizerJson.Parse(config, () => (ReadMaxLength(), ReadAddPrefixSpace(), ReadExtraIds()));
    }

    /// <summary>Tokens with ids that the files list, special ones included.</summary>
    public IReadOnlyList<AddedToken> AddedTokens { get; }

    /// <summary>The most tokens of a text; <see langword="null"/> when not given, or given as the huge number that means no limit.</summary>
    public int? MaxLength { get; }

    /// <summary>Whether a text gets a space in front.</summary>
    public bool? AddPrefixSpace { get; }

    /// <summary>How many <c>&lt;extra_id_n&gt;</c> tokens follow a SentencePiece vocabulary.</summary>
    public int? ExtraIds { get; }

    /// <summary>Reads what there is in a tokenizer's folder.</summary>
    /// <exception cref="CheckpointException">The folder is missing, or one of the files is not what it should be.</exception>
    public static TokenizerSettings Read(string folder) => Directory.Exists(folder)
        ? new TokenizerSettings(folder)
        : throw new CheckpointException(
            $"The tokenizer folder '{folder}' is missing. Check the path, and that the model was downloaded completely.");

    /// <summary>The spelling of a special token such as <c>eos_token</c>.</summary>
    public string Special(string name, string fallback) => _sources
        .Select(source => TokenizerJson.Parse(source.Path, () => Spelling(source.Json, name)))
        .FirstOrDefault(spelling => spelling is not null) ?? fallback;

    /// <summary>An added token as <c>tokenizer.json</c> and <c>added_tokens_decoder</c> spell it.</summary>
    public static AddedToken FromJson(JsonElement token, int id) =>
        new(token.GetProperty("content").GetString() ?? "", id, Flag(token, "lstrip"), Flag(token, "rstrip"));

    private static bool Flag(JsonElement token, string name) =>
        token.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    private static string? Spelling(JsonElement source, string name)
    {
        if (!source.TryGetProperty(name, out var value))
        {
            return null;
        }

        value = value.ValueKind == JsonValueKind.Object && value.TryGetProperty("content", out var content) ? content : value;
        return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
    }

    private static AddedToken Decoded(JsonProperty token) =>
        FromJson(token.Value, int.Parse(token.Name, NumberStyles.None, CultureInfo.InvariantCulture));

    private static AddedToken Older(JsonProperty token) => new(token.Name, TokenizerJson.Id(token.Value));

    private AddedToken[] ReadAddedTokens(string addedPath, string configPath)
    {
        AddedToken[] older = TokenizerJson.ReadOptional(addedPath) is { } json
            ? TokenizerJson.Parse(addedPath, () => json.EnumerateObject().Select(Older).ToArray())
            : [];
        var newer = TokenizerJson.Parse(
            configPath, () => Config("added_tokens_decoder")?.EnumerateObject().Select(Decoded).ToArray() ?? []);
        var added = new Dictionary<string, AddedToken>();
        foreach (var token in older.Concat(newer))
        {
            added[token.Content] = token;
        }

        return [.. added.Values];
    }

    private int? ReadMaxLength() =>
        Config("model_max_length") is { ValueKind: JsonValueKind.Number } value && value.GetDouble() is >= 1 and <= MaxMaxLength and var length
            ? (int)length
            : null;

    private bool? ReadAddPrefixSpace() => Config("add_prefix_space") is { ValueKind: JsonValueKind.True or JsonValueKind.False } value
        ? value.GetBoolean()
        : null;

    private int? ReadExtraIds() =>
        Config("extra_ids") is not { ValueKind: JsonValueKind.Number } value ? null
        : value.TryGetInt32(out var count) && count is >= 0 and <= MaxExtraIds ? count
        : throw new InvalidDataException($"expected extra_ids from 0 to {MaxExtraIds}, found {value.GetRawText()}");

    private JsonElement? Config(string name) => _config?.TryGetProperty(name, out var value) is true ? value : null;
}
