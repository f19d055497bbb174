using System.Text.Json;
using Ddpo.Audio.Checkpoints;

namespace Ddpo.Audio.Prompts;

/// <summary>Reads a file of prompts, one a line: plain text, or JSON objects.</summary>
internal static class PromptFile
{
    public static List<Prompt> Read(string path)
    {
        var prompts = new List<Prompt>();
        var number = 0;
        foreach (var line in TextFile.ReadLines(path))
        {
            number++;
            var text = line.Trim();
            if (text.Length == 0 || text[0] == '#')
            {
                continue;
            }

            try
            {
                prompts.Add(text[0] == '{' ? FromJson(text) : new Prompt(text));
            }
            catch (Exception exception) when (exception is JsonException or InvalidDataException or InvalidOperationException)
            {
                // The last is what JSON's escapes give that spell half a character.
                throw new InvalidDataException($"Line {number} of '{path}' is not a prompt: {exception.Message}", exception);
            }
        }

        return prompts.Count > 0 ? prompts : throw new InvalidDataException(
            $"The file '{path}' has no prompts. Expected one a line; blank lines and lines that begin with # do not count.");
    }

    private static Prompt FromJson(string line)
    {
        using var document = JsonDocument.Parse(line);
        var (text, negative, metadata) = ((string?)null, (string?)null, new Dictionary<string, string>());
        foreach (var property in document.RootElement.EnumerateObject())
        {
            switch (property.Name)
            {
                case "text": text = PromptJson.Text(property); break;
                case "negative": negative = PromptJson.TextOrNull(property); break;
                case "metadata": metadata = PromptJson.Metadata(property.Value); break;
                default: throw new InvalidDataException($"expected text, negative or metadata, found '{property.Name}'");
            }
        }

        return new Prompt(text ?? throw new InvalidDataException("its 'text' is missing")) { NegativeText = negative, Metadata = metadata };
    }
}
