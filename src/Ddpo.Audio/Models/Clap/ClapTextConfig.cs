namespace Ddpo.Audio.Models.Clap;

/// <summary><c>text_config</c> of a CLAP model's config.json. Files hold only what differs from these defaults.</summary>
internal sealed record ClapTextConfig
{
    public int VocabSize { get; init; } = 50265;

    public int HiddenSize { get; init; } = 768;

    public int NumHiddenLayers { get; init; } = 12;

    public int NumAttentionHeads { get; init; } = 12;

    public int IntermediateSize { get; init; } = 3072;

    public string HiddenAct { get; init; } = "gelu";

    public int MaxPositionEmbeddings { get; init; } = 514;

    public int TypeVocabSize { get; init; } = 1;

    public double LayerNormEps { get; init; } = 1e-12;

    public int PadTokenId { get; init; } = 1;
}
