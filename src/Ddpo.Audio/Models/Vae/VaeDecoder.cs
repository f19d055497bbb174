using Ddpo.Audio.Models.Layers;

namespace Ddpo.Audio.Models.Vae;

/// <summary>Latents, after the quantisation convolution, to a mel spectrogram.</summary>
internal sealed class VaeDecoder : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "conv_in")]
    private readonly Conv2d _convIn;

    [ComponentName(Name = "up_blocks")]
    private readonly Modules.ModuleList<UpDecoderBlock2D> _upBlocks;

    [ComponentName(Name = "mid_block")]
    private readonly VaeMidBlock _midBlock;

    [ComponentName(Name = "conv_norm_out")]
    private readonly GroupNorm _normOut;

    [ComponentName(Name = "conv_out")]
    private readonly Conv2d _convOut;

    public VaeDecoder(AutoencoderKLConfig config, Placement placement)
        : base(nameof(VaeDecoder))
    {
        int[] channels = [.. config.BlockOutChannels.Reverse()];
        _convIn = new(config.LatentChannels, channels[0], 3, placement, padding: 1);
        _midBlock = new(channels[0], config.NormNumGroups, AutoencoderKL.NormEps, placement);
        _upBlocks = new([.. channels.Select((outChannels, block) => new UpDecoderBlock2D(
            channels[Math.Max(block - 1, 0)], outChannels, config.LayersPerBlock + 1, config.NormNumGroups, AutoencoderKL.NormEps,
            doubles: block < channels.Length - 1, placement))]);
        _normOut = new(config.NormNumGroups, channels[^1], AutoencoderKL.NormEps, placement);
        _convOut = new(channels[^1], config.OutChannels, 3, placement, padding: 1);
        RegisterComponents();
    }

    /// <summary>[batch, latent channels, height, width] to [batch, out, ratio height, ratio width].</summary>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var hidden = _midBlock.call(_convIn.call(input));
        foreach (var block in _upBlocks)
        {
            using var previous = hidden;
            hidden = block.call(previous);
        }

        return _convOut.call(_normOut.call(hidden).silu_()).MoveToOuterDisposeScope();
    }
}
