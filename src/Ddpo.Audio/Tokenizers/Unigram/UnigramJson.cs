using System.Text.Json;

namespace Ddpo.Audio.Tokenizers.Unigram;

/// <summary>
/// Reads a unigram model out of <c>tokenizer.json</c>. The file spells SentencePiece's handling of white space as separate
/// steps that differ between versions; what they imitate, SentencePiece's own defaults, is applied instead.
/// </summary>
internal static class UnigramJson
{
    public static UnigramDefinition Read(string path)
    {
        var json = TokenizerJson.Read(path);
        return TokenizerJson.Parse(path, () => Parse(path, json));
    }

    private static UnigramDefinition Parse(string path, JsonElement json)
    {
        var model = json.GetProperty("model");
        if (model.TryGetProperty("type", out var type) && type.GetString() != "Unigram")
        {
            throw new InvalidDataException($"expected a model of type Unigram, found {type.GetString()}");
        }

        if (model.TryGetProperty("byte_fallback", out var fallback) && fallback.ValueKind == JsonValueKind.True)
        {
            throw new InvalidDataException("expected a unigram model as T5 has it, found byte fallback");
        }

        var unknown = model.GetProperty("unk_id").GetInt32();
        var added = json.TryGetProperty("added_tokens", out var tokens)
            ? tokens.EnumerateArray().Select(token => TokenizerSettings.FromJson(token, TokenizerJson.Id(token.GetProperty("id")))).ToArray()
            : [];
        var special = added.Select(token => token.Id).ToHashSet();
        var pieces = model.GetProperty("vocab").EnumerateArray().Select((entry, id) => new Piece(
            entry[0].GetString() ?? "",
            entry[1].GetSingle(),
            id == unknown ? PieceKind.Unknown : special.Contains(id) ? PieceKind.Control : PieceKind.Normal));
        var normalizer = json.TryGetProperty("normalizer", out var found) ? found : default;
        return new UnigramDefinition(path, [.. pieces], CharacterMap(normalizer) ?? [], added);
    }

    private static byte[]? CharacterMap(JsonElement normalizer)
    {
        if (normalizer.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        if (normalizer.TryGetProperty("precompiled_charsmap", out var map) && map.ValueKind == JsonValueKind.String)
        {
            return map.GetBytesFromBase64();
        }

        return normalizer.TryGetProperty("normalizers", out var steps)
            ? steps.EnumerateArray().Select(CharacterMap).FirstOrDefault(found => found is not null)
            : null;
    }
}
