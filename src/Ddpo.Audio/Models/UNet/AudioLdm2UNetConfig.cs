namespace Ddpo.Audio.Models.UNet;

/// <summary><c>unet/config.json</c>; a missing key has the default of diffusers' class.</summary>
/// <remarks>The properties behind <see cref="TimeEmbeddingDim"/> are read only so that <see cref="AudioLdm2UNetConfigRules"/> can refuse values that no published model has.</remarks>
internal sealed record AudioLdm2UNetConfig
{
    public const string PlainDownBlock = "DownBlock2D";
    public const string TransformerDownBlock = "CrossAttnDownBlock2D";
    public const string TransformerMidBlock = "UNetMidBlock2DCrossAttn";
    public const string PlainUpBlock = "UpBlock2D";
    public const string TransformerUpBlock = "CrossAttnUpBlock2D";

    public long InChannels { get; init; } = 4;

    public long OutChannels { get; init; } = 4;

    public IReadOnlyList<long> BlockOutChannels { get; init; } = [320, 640, 1280, 1280];

    public IReadOnlyList<string> DownBlockTypes { get; init; } =
        [TransformerDownBlock, TransformerDownBlock, TransformerDownBlock, PlainDownBlock];

    public IReadOnlyList<string> UpBlockTypes { get; init; } =
        [PlainUpBlock, TransformerUpBlock, TransformerUpBlock, TransformerUpBlock];

    public string? MidBlockType { get; init; } = TransformerMidBlock;

    public PerBlock<int> LayersPerBlock { get; init; } = PerBlock<int>.Shared(2);

    public PerBlock<TextWidths> CrossAttentionDim { get; init; } = PerBlock<TextWidths>.Shared(new([1280]));

    public PerBlock<int> TransformerLayersPerBlock { get; init; } = PerBlock<int>.Shared(1);

    /// <summary>The number of heads, in spite of its name, which diffusers keeps for the sake of old checkpoints.</summary>
    public PerBlock<long> AttentionHeadDim { get; init; } = PerBlock<long>.Shared(8);

    public bool UseLinearProjection { get; init; }

    public long DownsamplePadding { get; init; } = 1;

    public long? NormNumGroups { get; init; } = 32;

    public double NormEps { get; init; } = 1e-5;

    public long ConvInKernel { get; init; } = 3;

    public long ConvOutKernel { get; init; } = 3;

    public bool FlipSinToCos { get; init; } = true;

    public double FreqShift { get; init; }

    public long? TimeEmbeddingDim { get; init; }

    public string ActFn { get; init; } = "silu";

    public double MidBlockScaleFactor { get; init; } = 1;

    public PerBlock<bool> OnlyCrossAttention { get; init; } = PerBlock<bool>.Shared(false);

    public PerBlock<long>? NumAttentionHeads { get; init; }

    public string? ClassEmbedType { get; init; }

    public long? NumClassEmbeds { get; init; }

    public bool ClassEmbeddingsConcat { get; init; }

    public bool UpcastAttention { get; init; }

    public string ResnetTimeScaleShift { get; init; } = "default";

    public string TimeEmbeddingType { get; init; } = "positional";

    public string? TimeEmbeddingActFn { get; init; }

    public string? TimestepPostAct { get; init; }

    public long? TimeCondProjDim { get; init; }
}
