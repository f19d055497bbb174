using System.Collections;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ddpo.Audio.Checkpoints;

namespace Ddpo.Audio.Samples;

/// <summary>
/// Lays settings over each other. Configuration does so key by key, and so mixes lists; here a list replaces another one, and so does a source
/// of prompts.
/// </summary>
internal static class SettingLayers
{
    private const string Prefix = "DDPO_";

    private static readonly string[] s_sources = [nameof(DdpoPromptOptions.Texts), nameof(DdpoPromptOptions.File), nameof(DdpoPromptOptions.Template), nameof(DdpoPromptOptions.Mixture)];
    private static readonly JsonNodeOptions s_nodes = new() { PropertyNameCaseInsensitive = true };
    private static readonly JsonDocumentOptions s_documents = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    /// <summary>Reads a settings file. Comments and trailing commas are allowed.</summary>
    public static JsonObject ReadFile(string path)
    {
        try
        {
            // A copy, because that finds names that are there twice.
            return WithLists(JsonNode.Parse(TextFile.Read(path), s_nodes, s_documents)) as JsonObject
                ?? throw new SettingsException($"'{path}' is not a settings file: expected a JSON object.");
        }
        catch (InvalidDataException exception)
        {
            throw new SettingsException(exception.Message, exception);
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

    /// <summary>The environment's settings, such as <c>DDPO_Training__LearningRate</c>; other programs' names may begin like them.</summary>
    public static JsonObject ReadEnvironment(IEnumerable<Setting> known) => Of(Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
        .Select(entry => (Name: (string)entry.Key, Value: (string?)entry.Value))
        .Where(entry => entry.Name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
        .Select(entry => (Path: entry.Name[Prefix.Length..].Replace("__", ":", StringComparison.Ordinal), entry.Value))
        .Where(entry => entry.Path.Contains(':', StringComparison.Ordinal) || known.Any(setting => setting.Path.Equals(entry.Path, StringComparison.OrdinalIgnoreCase)))
        .Select(entry => (entry.Path, (JsonNode?)entry.Value)));

    /// <summary>Settings by their keys; keys that end in numbers make a list.</summary>
    public static JsonObject Of(IEnumerable<(string Path, JsonNode? Value)> values)
    {
        var settings = new JsonObject(s_nodes);
        foreach (var (path, value) in values)
        {
            var (names, group) = (path.Split(':'), settings);
            foreach (var name in names[..^1])
            {
                group = group[name] as JsonObject ?? (JsonObject)(group[name] = new JsonObject(s_nodes));
            }

            if (group[names[^1]] is not JsonObject || !IsOn(value)) // on with what it has
            {
                group[names[^1]] = value;
            }
        }

        return (JsonObject)WithLists(settings)!;
    }

    /// <summary>Lays <paramref name="above"/> over <paramref name="below"/>: groups are merged, all else is replaced.</summary>
    public static void Merge(JsonObject below, JsonObject above)
    {
        if (s_sources.Any(above.ContainsKey))
        {
            Array.ForEach(s_sources, source => below.Remove(source));
            _ = above.ContainsKey(nameof(DdpoPromptOptions.Template)) || below.Remove(nameof(DdpoPromptOptions.Words));
        }

        foreach (var (name, value) in above)
        {
            if (value is JsonObject inner && below[name] is JsonObject existing)
            {
                Merge(existing, inner);
            }
            else if (below[name] is not JsonObject || !IsOn(value)) // on with what it has
            {
                below[name] = value?.DeepClone();
            }
        }
    }

    private static bool IsOn(JsonNode? value) => bool.TryParse(value?.ToString(), out var isOn) && isOn;

    private static JsonNode? WithLists(JsonNode? node)
    {
        if (node is JsonArray list)
        {
            return new JsonArray([.. list.Select(WithLists)]);
        }

        if (node is not JsonObject group)
        {
            return node?.DeepClone();
        }

        var entries = group.Select(entry => KeyValuePair.Create(entry.Key, WithLists(entry.Value))).ToList();
        return entries.Count > 0 && entries.TrueForAll(entry => int.TryParse(entry.Key, CultureInfo.InvariantCulture, out _))
            ? new JsonArray([.. entries.OrderBy(entry => int.Parse(entry.Key, CultureInfo.InvariantCulture)).Select(entry => entry.Value)])
            : new JsonObject(entries, s_nodes);
    }
}
