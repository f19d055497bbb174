using Ddpo.Audio.Models.Layers;

namespace Ddpo.Audio.Models.UNet;

/// <summary>
/// Resnets that take the down path's results beside their input, each with its transformers if the block has any, then an
/// upsampling in all blocks but the outermost.
/// </summary>
internal sealed class UNetUpBlock : nn.Module
{
    [ComponentName(Name = "attentions")]
    private readonly Modules.ModuleList<Transformer2DModel>? _attentions;

    [ComponentName(Name = "resnets")]
    private readonly Modules.ModuleList<ResnetBlock2D> _resnets;

    [ComponentName(Name = "upsamplers")]
    private readonly Modules.ModuleList<Upsample2D>? _upsamplers;

    private readonly UNetTransformers? _transformers;

    /// <param name="config">The UNet's configuration.</param>
    /// <param name="position">Position on the way up: 0 is the innermost block.</param>
    /// <param name="placement">Device and precision of the parameters.</param>
    public UNetUpBlock(AudioLdm2UNetConfig config, int position, Placement placement)
        : base(nameof(UNetUpBlock))
    {
        var block = config.BlockOutChannels.Count - 1 - position;
        var layers = config.LayersPerBlock[block] + 1;
        var channels = config.BlockOutChannels[block];
        var innerChannels = config.BlockOutChannels[Math.Min(block + 1, config.BlockOutChannels.Count - 1)];
        var outerChannels = config.BlockOutChannels[Math.Max(block - 1, 0)];
        if (config.UpBlockTypes[position] == AudioLdm2UNetConfig.TransformerUpBlock)
        {
            _transformers = new(layers, channels, config.CrossAttentionDim[block], config.TransformerShapeOf(block), placement);
            _attentions = _transformers.Modules;
        }

        _resnets = Repeated.Modules(layers, layer => config.Resnet(
            (layer == 0 ? innerChannels : channels) + (layer == layers - 1 ? outerChannels : channels), channels, placement));
        _upsamplers = block == 0 ? null : new(new Upsample2D(channels, placement));
        RegisterComponents();
    }

    /// <summary>
    /// Pops its share of <paramref name="skips"/>, which it frees as it does what went in, and scales up to the size of the next, which is twice its own unless a
    /// size on the way down was odd. The result belongs to the current scope.
    /// </summary>
    public Tensor Forward(Tensor hidden, Tensor activatedTime, TextConditioning text, Stack<Tensor> skips)
    {
        for (var layer = 0; layer < _resnets.Count; layer++)
        {
            hidden = Join(hidden, skips.Pop(), layer, activatedTime);
            hidden = _transformers?.Apply(layer, hidden, text) ?? hidden;
        }

        if (_upsamplers is null)
        {
            return hidden;
        }

        using var small = hidden;
        return _upsamplers[0].ToSize(small, skips.Peek().shape[2], skips.Peek().shape[3]);
    }

    private Tensor Join(Tensor hidden, Tensor skip, int layer, Tensor activatedTime)
    {
        using var below = hidden;
        using var beside = skip;
        using var both = cat([below, beside], 1);
        return _resnets[layer].call(both, activatedTime);
    }
}
