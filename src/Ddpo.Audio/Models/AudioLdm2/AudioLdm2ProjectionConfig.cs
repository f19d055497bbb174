using System.Text.Json.Serialization;

namespace Ddpo.Audio.Models.AudioLdm2;

/// <summary>The projection model's config.json.</summary>
internal sealed record AudioLdm2ProjectionConfig
{
    /// <summary>Features of CLAP's text vector.</summary>
    public required int TextEncoderDim { get; init; }

    /// <summary>Features of T5's hidden states.</summary>
    [JsonPropertyName("text_encoder_1_dim")]
    public required int TextEncoder1Dim { get; init; }

    /// <summary>Features of GPT-2's input. The files spell it so.</summary>
    [JsonPropertyName("langauge_model_dim")]
    public required int LanguageModelDim { get; init; }
}
