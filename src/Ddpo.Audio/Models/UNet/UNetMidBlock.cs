using Ddpo.Audio.Models.Layers;

namespace Ddpo.Audio.Models.UNet;

/// <summary>Two resnets at the lowest resolution with transformers between them.</summary>
internal sealed class UNetMidBlock : nn.Module
{
    [ComponentName(Name = "attentions")]
    private readonly Modules.ModuleList<Transformer2DModel> _attentions;

    [ComponentName(Name = "resnets")]
    private readonly Modules.ModuleList<ResnetBlock2D> _resnets;

    private readonly UNetTransformers _transformers;

    public UNetMidBlock(AudioLdm2UNetConfig config, Placement placement)
        : base(nameof(UNetMidBlock))
    {
        var block = config.BlockOutChannels.Count - 1;
        var channels = config.BlockOutChannels[block];
        _transformers = new(1, channels, config.CrossAttentionDim[block], config.TransformerShapeOf(block), placement);
        _attentions = _transformers.Modules;
        _resnets = new(config.Resnet(channels, channels, placement), config.Resnet(channels, channels, placement));
        RegisterComponents();
    }

    /// <summary>The result belongs to the current scope.</summary>
    public Tensor Forward(Tensor hidden, Tensor activatedTime, TextConditioning text)
    {
        using var attended = _transformers.Apply(0, _resnets[0].call(hidden, activatedTime), text);
        return _resnets[1].call(attended, activatedTime);
    }
}
