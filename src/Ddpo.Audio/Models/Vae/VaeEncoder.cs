using Ddpo.Audio.Models.Layers;

namespace Ddpo.Audio.Models.Vae;

/// <summary>Mel spectrogram to the moments of its latent distribution, before the quantisation convolution.</summary>
internal sealed class VaeEncoder : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "conv_in")]
    private readonly Conv2d _convIn;

    [ComponentName(Name = "down_blocks")]
    private readonly Modules.ModuleList<DownEncoderBlock2D> _downBlocks;

    [ComponentName(Name = "mid_block")]
    private readonly VaeMidBlock _midBlock;

    [ComponentName(Name = "conv_norm_out")]
    private readonly GroupNorm _normOut;

    [ComponentName(Name = "conv_out")]
    private readonly Conv2d _convOut;

    public VaeEncoder(AutoencoderKLConfig config, Placement placement)
        : base(nameof(VaeEncoder))
    {
        var channels = config.BlockOutChannels;
        _convIn = new(config.InChannels, channels[0], 3, placement, padding: 1);
        _downBlocks = new([.. channels.Select((outChannels, block) => new DownEncoderBlock2D(
            channels[Math.Max(block - 1, 0)], outChannels, config.LayersPerBlock, config.NormNumGroups, AutoencoderKL.NormEps,
            halves: block < channels.Count - 1, placement))]);
        _midBlock = new(channels[^1], config.NormNumGroups, AutoencoderKL.NormEps, placement);
        _normOut = new(config.NormNumGroups, channels[^1], AutoencoderKL.NormEps, placement);
        _convOut = new(channels[^1], 2 * config.LatentChannels, 3, placement, padding: 1); // mean and log-variance
        RegisterComponents();
    }

    /// <summary>[batch, in, frames, bands] to [batch, 2 latent channels, frames / ratio, bands / ratio].</summary>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var hidden = _convIn.call(input);
        foreach (var block in _downBlocks)
        {
            using var previous = hidden;
            hidden = block.call(previous);
        }

        hidden = _midBlock.call(hidden);
        return _convOut.call(_normOut.call(hidden).silu_()).MoveToOuterDisposeScope();
    }
}
