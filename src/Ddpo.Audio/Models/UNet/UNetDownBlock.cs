using Ddpo.Audio.Models.Layers;

namespace Ddpo.Audio.Models.UNet;

/// <summary>Resnets, each with its transformers if the block has any, then a downsampling in all blocks but the last.</summary>
internal sealed class UNetDownBlock : nn.Module
{
    [ComponentName(Name = "attentions")]
    private readonly Modules.ModuleList<Transformer2DModel>? _attentions;

    [ComponentName(Name = "resnets")]
    private readonly Modules.ModuleList<ResnetBlock2D> _resnets;

    [ComponentName(Name = "downsamplers")]
    private readonly Modules.ModuleList<Downsample2D>? _downsamplers;

    private readonly UNetTransformers? _transformers;

    public UNetDownBlock(AudioLdm2UNetConfig config, int block, Placement placement)
        : base(nameof(UNetDownBlock))
    {
        var layers = config.LayersPerBlock[block];
        var channels = config.BlockOutChannels[block];
        var inChannels = config.BlockOutChannels[Math.Max(block - 1, 0)];
        if (config.DownBlockTypes[block] == AudioLdm2UNetConfig.TransformerDownBlock)
        {
            _transformers = new(layers, channels, config.CrossAttentionDim[block], config.TransformerShapeOf(block), placement);
            _attentions = _transformers.Modules;
        }

        _resnets = Repeated.Modules(
            layers, layer => config.Resnet(layer == 0 ? inChannels : channels, channels, placement));
        var isLast = block == config.BlockOutChannels.Count - 1;
        _downsamplers = isLast ? null : new(new Downsample2D(channels, placement, config.DownsamplePadding));
        RegisterComponents();
    }

    /// <summary>Returns the result, and pushes what the up blocks concatenate. All of it belongs to the current scope.</summary>
    public Tensor Forward(Tensor hidden, Tensor activatedTime, TextConditioning text, Stack<Tensor> skips)
    {
        for (var layer = 0; layer < _resnets.Count; layer++)
        {
            hidden = _resnets[layer].call(hidden, activatedTime);
            hidden = _transformers?.Apply(layer, hidden, text) ?? hidden;
            skips.Push(hidden);
        }

        if (_downsamplers is not null)
        {
            hidden = _downsamplers[0].call(hidden);
            skips.Push(hidden);
        }

        return hidden;
    }
}
