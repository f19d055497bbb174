namespace Ddpo.Audio.Models.Clap;

/// <summary><c>audio_config</c> of a CLAP model's config.json. Files hold only what differs from these defaults.</summary>
internal sealed record ClapAudioConfig
{
    /// <summary>Epsilon of the norms outside the blocks, which no configuration changes.</summary>
    public const double OuterLayerNormEps = 1e-5;

    // No weight depends on it, but memory does, with its square.
    private const int MaxSpecSize = 2048;

    /// <summary>Side of the square image that a log-mel spectrogram is folded into.</summary>
    public int SpecSize { get; init; } = 256;

    public int NumMelBins { get; init; } = 64;

    public int PatchSize { get; init; } = 4;

    public IReadOnlyList<int> PatchStride { get; init; } = [4, 4];

    public int PatchEmbedInputChannels { get; init; } = 1;

    public int PatchEmbedsHiddenSize { get; init; } = 96;

    public bool EnablePatchLayerNorm { get; init; } = true;

    public IReadOnlyList<int> Depths { get; init; } = [2, 2, 6, 2];

    public IReadOnlyList<int> NumAttentionHeads { get; init; } = [4, 8, 16, 32];

    public int WindowSize { get; init; } = 8;

    public double MlpRatio { get; init; } = 4;

    public bool QkvBias { get; init; } = true;

    public string HiddenAct { get; init; } = "gelu";

    /// <summary>Epsilon of the blocks' norms.</summary>
    public double LayerNormEps { get; init; } = 1e-5;

    /// <summary>Whether the model was trained to look at several crops of long audio. Not supported.</summary>
    public bool EnableFusion { get; init; }

    /// <summary>How many quarters (or other parts) of the time axis are stacked along the image's frequency axis.</summary>
    public int FrequencyRatio => SpecSize / NumMelBins;

    /// <summary>Tokens along each side of the image before the first stage.</summary>
    public int GridSize => SpecSize / PatchStride[0];

    /// <summary>Features of the tokens behind the last stage.</summary>
    public int OutputSize => PatchEmbedsHiddenSize << (Depths.Count - 1);

    /// <summary>Fails unless the model can be built.</summary>
    /// <exception cref="CheckpointException">A setting is not supported, or settings contradict each other.</exception>
    public void Validate()
    {
        if (EnableFusion)
        {
            throw new CheckpointException(
                "This CLAP model was trained with feature fusion (enable_fusion), which is not supported. " +
                "Use an unfused one, such as laion/clap-htsat-unfused.");
        }

        if (PatchStride.Count != 2 || PatchStride[0] < 1 || PatchStride[0] != PatchStride[1] || PatchEmbedInputChannels != 1)
        {
            throw new CheckpointException(
                $"Expected square patches of one channel, found patch_stride [{string.Join(", ", PatchStride)}] " +
                $"and patch_embed_input_channels {PatchEmbedInputChannels}.");
        }

        if (Depths.Count is 0 or > 31 || NumAttentionHeads.Count != Depths.Count)
        {
            throw new CheckpointException(
                $"Expected one number of attention heads for each stage, found depths [{string.Join(", ", Depths)}] " +
                $"and num_attention_heads [{string.Join(", ", NumAttentionHeads)}].");
        }

        if (NumMelBins < 1 || SpecSize > MaxSpecSize || SpecSize % NumMelBins != 0 || GridSize >> (Depths.Count - 1) < 1)
        {
            throw new CheckpointException(
                $"A spec_size of {SpecSize} is more than {MaxSpecSize}, or does not fit num_mel_bins {NumMelBins}, patch_stride {PatchStride[0]} and {Depths.Count} stages.");
        }
    }
}
