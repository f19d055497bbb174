using System.Text.Json;

namespace Ddpo.Audio.Prompts;

/// <summary>Reads the parts of a prompt from JSON.</summary>
internal static class PromptJson
{
    /// <summary>A string.</summary>
    /// <exception cref="InvalidDataException">It is something else.</exception>
    public static string Text(JsonProperty property) => property.Value.ValueKind == JsonValueKind.String
        ? property.Value.GetString()!
        : throw new InvalidDataException($"expected a string as '{property.Name}', found {property.Value.GetRawText()}");

    /// <summary>A string, or null.</summary>
    /// <exception cref="InvalidDataException">It is something else.</exception>
    public static string? TextOrNull(JsonProperty property) =>
        property.Value.ValueKind == JsonValueKind.Null ? null : Text(property);

    /// <summary>An object of strings, numbers and booleans, all as text.</summary>
    /// <exception cref="InvalidDataException">It is something else.</exception>
    public static Dictionary<string, string> Metadata(JsonElement value) => value.ValueKind == JsonValueKind.Object
        ? value.EnumerateObject().Select(entry => (entry.Name, Value: Plain(entry))).GroupBy(entry => entry.Name)
            .ToDictionary(group => group.Key, group => group.Last().Value)
        : throw new InvalidDataException("expected an object as metadata, such as {\"emotion\": \"happy\"}");

    private static string Plain(JsonProperty property) => property.Value.ValueKind switch
    {
        JsonValueKind.String => property.Value.GetString()!,
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => property.Value.GetRawText(),
        _ => throw new InvalidDataException($"expected a string, number or boolean as metadata '{property.Name}', found {property.Value.GetRawText()}"),
    };
}
