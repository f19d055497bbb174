using System.Text.Json.Serialization;

namespace Ddpo.Audio.Models.T5;

/// <summary>A T5 encoder's config.json, with the reference's defaults.</summary>
internal sealed record T5Config
{
    public int VocabSize { get; init; } = 32128;

    [JsonPropertyName("d_model")]
    public int ModelDim { get; init; } = 512;

    [JsonPropertyName("d_kv")]
    public int HeadDim { get; init; } = 64;

    [JsonPropertyName("d_ff")]
    public int FeedForwardDim { get; init; } = 2048;

    public int NumLayers { get; init; } = 6;

    public int NumHeads { get; init; } = 8;

    public int RelativeAttentionNumBuckets { get; init; } = 32;

    public int RelativeAttentionMaxDistance { get; init; } = 128;

    public double LayerNormEpsilon { get; init; } = 1e-6;

    /// <summary>An activation's name, or "gated-" and one.</summary>
    public string FeedForwardProj { get; init; } = "relu";

    public bool IsGated => FeedForwardProj.StartsWith("gated-", StringComparison.Ordinal);

    /// <summary>The activation in the feed-forward layers; "gated-gelu" has always meant the tanh approximation.</summary>
    public string ActivationName => FeedForwardProj == "gated-gelu" ? "gelu_new"
        : IsGated ? FeedForwardProj["gated-".Length..]
        : FeedForwardProj;
}
