using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ddpo.Audio.Samples;

/// <summary>A prompt as a text or, with more than a text, as an object: <c>{ "text": ..., "negative": ..., "metadata": { ... } }</c>.</summary>
internal sealed class PromptConverter : JsonConverter<Prompt>
{
    /// <inheritdoc/>
    public override Prompt Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return new Prompt(reader.GetString()!);
        }

        var parts = JsonSerializer.Deserialize<Parts>(ref reader, options) ?? throw new JsonException();
        return new Prompt(parts.Text) { NegativeText = parts.Negative, Metadata = parts.Metadata ?? [] };
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Prompt value, JsonSerializerOptions options)
    {
        if (value.NegativeText is null && value.Metadata.Count == 0)
        {
            writer.WriteStringValue(value.Text);
            return;
        }

        JsonSerializer.Serialize(writer, new Parts { Text = value.Text, Negative = value.NegativeText, Metadata = new(value.Metadata) }, options);
    }

    private sealed class Parts
    {
        [JsonRequired]
        public string Text { get; set; } = "";

        public string? Negative { get; set; }

        public Dictionary<string, string>? Metadata { get; set; }
    }
}
