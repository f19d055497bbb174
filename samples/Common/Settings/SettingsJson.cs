using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Ddpo.Audio.Samples;

/// <summary>Settings as JSON: files laid over each other, read into a class, and written back.</summary>
internal static class SettingsJson
{
    private static readonly JsonNodeOptions s_nodes = new() { PropertyNameCaseInsensitive = true };
    private static readonly JsonDocumentOptions s_documents = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };
    private static readonly JsonSerializerOptions s_options = new()
    {
        PropertyNameCaseInsensitive = true,
        NumberHandling = JsonNumberHandling.AllowReadingFromString,
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(), new SecondsConverter(), new PromptConverter() },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { KeepSettings } },
    };

    /// <summary>No settings.</summary>
    public static JsonObject Empty() => new(s_nodes);

    /// <summary>Reads a settings file. Comments and trailing commas are allowed; names that <typeparamref name="T"/> lacks are not.</summary>
    public static JsonObject ReadFile<T>(string path)
    {
        try
        {
            var node = JsonNode.Parse(File.ReadAllText(path), s_nodes, s_documents) as JsonObject
                ?? throw new SettingsException($"'{path}' is not a settings file: expected a JSON object.");
            UnknownSettings.Check(node, typeof(T), path);
            return node;
        }
        catch (JsonException exception)
        {
            throw new SettingsException($"'{path}' is not valid JSON: {exception.Message}", exception);
        }
        catch (ArgumentException exception)
        {
            throw new SettingsException($"'{path}' sets a name twice: {exception.Message}", exception);
        }
    }

    /// <summary>Lays <paramref name="above"/> over <paramref name="below"/>: objects are merged, all else (lists too) is replaced.</summary>
    public static void Merge(JsonObject below, JsonObject above)
    {
        // One source of prompts replaces another, of whatever kind.
        if (PromptSettings.Sources.Any(above.ContainsKey))
        {
            Array.ForEach(PromptSettings.Sources, source => below.Remove(source));
        }

        foreach (var (name, value) in above)
        {
            if (value is JsonObject inner && below[name] is JsonObject existing)
            {
                Merge(existing, inner);
            }
            else
            {
                below[name] = value?.DeepClone();
            }
        }
    }

    /// <summary>Reads settings into a new <typeparamref name="T"/>; what is not set has the class's default.</summary>
    public static T To<T>(JsonObject settings)
    {
        try
        {
            return settings.Deserialize<T>(s_options)!;
        }
        catch (JsonException exception)
        {
            throw new SettingsException($"The setting {Describe(exception.Path)} has a value of the wrong kind. {Expected(typeof(T), exception.Path)}", exception);
        }
    }

    /// <summary>Writes all settings, so that a run can be repeated from the file.</summary>
    public static string Write<T>(T settings) => JsonSerializer.Serialize(settings, s_options);

    private static string Describe(string? jsonPath) => jsonPath?.Replace("$.", "").Replace('.', ':') ?? "(unknown)";

    private static string Expected(Type type, string? jsonPath)
    {
        var path = Describe(jsonPath);
        var setting = SettingTree.Leaves(type).FirstOrDefault(leaf => leaf.Path.Equals(path, StringComparison.OrdinalIgnoreCase));
        return setting switch
        {
            null => "",
            { Type: var enumeration } when enumeration.IsEnum => $"Expected one of {string.Join(", ", Enum.GetNames(enumeration))}.",
            { Type: var kind } when kind == typeof(bool) => "Expected true or false.",
            { Type: var kind } when kind == typeof(TimeSpan) => "Expected a number of seconds.",
            { Type.IsPrimitive: true } => "Expected a number.",
            { IsList: true } => "Expected a list of texts.",
            _ => $"Expected a {setting.Type.Name}.",
        };
    }

    private static void KeepSettings(JsonTypeInfo type)
    {
        var settings = SettingTree.Properties(type.Type).Select(property => property.Name).ToHashSet();
        for (var i = type.Properties.Count - 1; i >= 0; i--)
        {
            if (!settings.Contains(type.Properties[i].Name))
            {
                type.Properties.RemoveAt(i);
            }
        }
    }

    /// <summary>A length of time as a number of seconds.</summary>
    private sealed class SecondsConverter : JsonConverter<TimeSpan>
    {
        public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var seconds = reader.TokenType == JsonTokenType.Number ? reader.GetDouble()
                : double.TryParse(reader.GetString(), CultureInfo.InvariantCulture, out var parsed) ? parsed
                : throw new JsonException();
            return Math.Abs(seconds) < 1e9 ? TimeSpan.FromSeconds(seconds) : throw new JsonException();
        }

        public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) =>
            writer.WriteNumberValue(value.TotalSeconds);
    }
}
