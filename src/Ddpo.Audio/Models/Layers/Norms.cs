namespace Ddpo.Audio.Models.Layers;

/// <summary>Group normalisation over [batch, channels, ...].</summary>
internal sealed class GroupNorm : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;

    [ComponentName(Name = "bias")]
    private readonly Parameter _bias;

    private readonly long _groups;
    private readonly double _eps;

    public GroupNorm(long groups, long channels, double eps, Placement placement)
        : base(nameof(GroupNorm))
    {
        _weight = placement.Parameter(channels);
        _bias = placement.Parameter(channels);
        (_groups, _eps) = (groups, eps);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => F.group_norm(input, _groups, _weight, _bias, _eps);
}

/// <summary>Layer normalisation over the last dimension.</summary>
internal sealed class LayerNorm : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;

    [ComponentName(Name = "bias")]
    private readonly Parameter _bias;

    private readonly long[] _shape;
    private readonly double _eps;

    public LayerNorm(long features, double eps, Placement placement)
        : base(nameof(LayerNorm))
    {
        _weight = placement.Parameter(features);
        _bias = placement.Parameter(features);
        (_shape, _eps) = ([features], eps);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => F.layer_norm(input, _shape, _weight, _bias, _eps);
}
