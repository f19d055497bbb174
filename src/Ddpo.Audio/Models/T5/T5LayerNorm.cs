using Ddpo.Audio.Models.Layers;

namespace Ddpo.Audio.Models.T5;

/// <summary>Scales to a root mean square of 1 over the last dimension: no mean taken off, no bias, statistics in fp32.</summary>
internal sealed class T5LayerNorm : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;

    private readonly double _eps;

    public T5LayerNorm(long features, double eps, Placement placement)
        : base(nameof(T5LayerNorm))
    {
        _weight = placement.Parameter(features);
        _eps = eps;
        RegisterComponents();
    }

    public override Tensor forward(Tensor hidden)
    {
        using var scope = NewDisposeScope();
        var variance = hidden.to(ScalarType.Float32).Square().mean([-1], keepdim: true);
        var normalized = (hidden * variance.Add(_eps).rsqrt()).to(_weight.dtype);
        return (_weight * normalized).MoveToOuterDisposeScope();
    }
}
