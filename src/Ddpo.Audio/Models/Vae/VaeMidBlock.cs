using Ddpo.Audio.Models.Layers;

namespace Ddpo.Audio.Models.Vae;

/// <summary>Residual block, attention, residual block, at the lowest resolution of encoder and decoder.</summary>
internal sealed class VaeMidBlock : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "attentions")]
    private readonly Modules.ModuleList<VaeAttention> _attentions;

    [ComponentName(Name = "resnets")]
    private readonly Modules.ModuleList<ResnetBlock2D> _resnets;

    public VaeMidBlock(long channels, long groups, double eps, Placement placement)
        : base(nameof(VaeMidBlock))
    {
        _attentions = new(new VaeAttention(channels, groups, eps, placement));
        _resnets = new(
            new ResnetBlock2D(channels, channels, groups, eps, placement),
            new ResnetBlock2D(channels, channels, groups, eps, placement));
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var hidden = _resnets[0].call(input, null);
        hidden = _attentions[0].call(hidden);
        return _resnets[1].call(hidden, null).MoveToOuterDisposeScope();
    }
}
