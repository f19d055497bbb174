using System.Text.Json;
using Ddpo.Audio.Prompts;

namespace Ddpo.Audio.Evaluation;

/// <summary>One line of a manifest.</summary>
internal static class SampleEntryJson
{
    /// <exception cref="JsonException">The line is not JSON.</exception>
    /// <exception cref="InvalidDataException">The line does not describe a sample.</exception>
    public static SampleEntry Parse(string line)
    {
        using var document = JsonDocument.Parse(line);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            throw new InvalidDataException($"expected an object, found {document.RootElement.GetRawText()}");
        }

        var (file, text, negative) = ((string?)null, (string?)null, (string?)null);
        var (metadata, rewards) = (new Dictionary<string, string>(), new Dictionary<string, double>());
        foreach (var property in document.RootElement.EnumerateObject())
        {
            switch (property.Name)
            {
                case "file": file = PromptJson.Text(property); break;
                case "prompt": text = PromptJson.Text(property); break;
                case "negative": negative = PromptJson.TextOrNull(property); break;
                case "metadata": metadata = PromptJson.Metadata(property.Value); break;
                case "rewards": rewards = Rewards(property.Value); break;
            }
        }

        var prompt = new Prompt(text ?? throw new InvalidDataException("its 'prompt' is missing")) { NegativeText = negative, Metadata = metadata };
        var entry = new SampleEntry(file ?? throw new InvalidDataException("its 'file' is missing"), prompt) { Rewards = rewards };
        return IsInside(file) ? entry : throw new InvalidDataException(Outside(file));
    }

    /// <exception cref="ArgumentException">The entry could not be read again.</exception>
    public static void Write(Utf8JsonWriter writer, SampleEntry entry)
    {
        var file = entry.File.Replace(Path.DirectorySeparatorChar, '/');
        if (!IsInside(file))
        {
            throw new ArgumentException($"A sample cannot be listed: {Outside(file)}", nameof(entry));
        }

        writer.WriteStartObject();
        writer.WriteString("file", file);
        writer.WriteString("prompt", entry.Prompt.Text);
        if (entry.Prompt.NegativeText is { } negative)
        {
            writer.WriteString("negative", negative);
        }

        if (entry.Prompt.Metadata.Count > 0)
        {
            writer.WriteStartObject("metadata");
            foreach (var (name, value) in entry.Prompt.Metadata)
            {
                writer.WriteString(name, value);
            }

            writer.WriteEndObject();
        }

        if (entry.Rewards.Count > 0)
        {
            writer.WriteStartObject("rewards");
            foreach (var (name, value) in entry.Rewards)
            {
                writer.WriteNumber(name, double.IsFinite(value) ? value : throw new ArgumentException(
                    $"Expected a finite number as reward '{name}' of '{file}', found {value}.", nameof(entry)));
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static Dictionary<string, double> Rewards(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            throw new InvalidDataException("expected an object as rewards, such as {\"clap_score\": 0.5}");
        }

        var rewards = new Dictionary<string, double>();
        foreach (var property in value.EnumerateObject())
        {
            rewards[property.Name] = property.Value.ValueKind == JsonValueKind.Number && property.Value.TryGetDouble(out var number) && double.IsFinite(number)
                ? number
                : throw new InvalidDataException($"expected a number as reward '{property.Name}', found {property.Value.GetRawText()}");
        }

        return rewards;
    }

    // A manifest may come from anywhere: it must not make a reader open files that do not lie beside it. The rules of both
    // systems hold on both, so that a manifest means the same everywhere.
    private static bool IsInside(string file) =>
        file.Length > 0
        && file[0] is not ('/' or '\\')
        && !file.Contains('\0', StringComparison.Ordinal)
        && !(file.Length > 1 && file[1] == ':')
        && !file.Split('/', '\\').Contains("..");

    private static string Outside(string file) =>
        $"expected a file in the manifest's folder, as a relative path without '..', found '{file}'";
}
