using Ddpo.Audio.Models.Layers;

namespace Ddpo.Audio.Models.UNet;

/// <summary>The pieces that every block of the UNet builds alike.</summary>
internal static class UNetParts
{
    private const long TimeWidening = 4;

    /// <summary>Features of the time embedding.</summary>
    public static long TimeChannels(this AudioLdm2UNetConfig config) =>
        config.TimeEmbeddingDim ?? config.BlockOutChannels[0] * TimeWidening;

    public static ResnetBlock2D Resnet(this AudioLdm2UNetConfig config, long inChannels, long outChannels, Placement placement) =>
        new(inChannels, outChannels, config.NormNumGroups!.Value, config.NormEps, placement, config.TimeChannels());

    public static TransformerShape TransformerShapeOf(this AudioLdm2UNetConfig config, int block) =>
        new(
            config.AttentionHeadDim[block], config.TransformerLayersPerBlock[block], config.NormNumGroups!.Value,
            config.UseLinearProjection);
}
