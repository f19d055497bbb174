using System.Text.Json.Serialization;

namespace Ddpo.Audio.Models.Gpt2;

/// <summary>A GPT-2's config.json, with the reference's defaults.</summary>
internal sealed record Gpt2Config
{
    [JsonPropertyName("n_positions")]
    public int Positions { get; init; } = 1024;

    [JsonPropertyName("n_embd")]
    public int ModelDim { get; init; } = 768;

    [JsonPropertyName("n_layer")]
    public int NumLayers { get; init; } = 12;

    [JsonPropertyName("n_head")]
    public int NumHeads { get; init; } = 12;

    /// <summary>Width of the feed-forward layers; null: four times <see cref="ModelDim"/>.</summary>
    [JsonPropertyName("n_inner")]
    public int? InnerDim { get; init; }

    public string ActivationFunction { get; init; } = "gelu_new";

    public double LayerNormEpsilon { get; init; } = 1e-5;

    public bool ScaleAttnWeights { get; init; } = true;

    public bool ScaleAttnByInverseLayerIdx { get; init; }

    /// <summary>How many vectors AudioLDM2 has the model generate.</summary>
    public int MaxNewTokens { get; init; } = 8;
}
