namespace Ddpo.Audio.Models.Layers;

/// <summary>y = x Wᵀ + b, with a place for a low-rank adapter beside it. Input [..., in], output [..., out].</summary>
internal sealed class Linear : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;

    [ComponentName(Name = "bias")]
    private readonly Parameter? _bias;

    public Linear(long inFeatures, long outFeatures, Placement placement, bool bias = true)
        : base(nameof(Linear))
    {
        _weight = placement.Parameter(outFeatures, inFeatures);
        _bias = bias ? placement.Parameter(outFeatures) : null;
        RegisterComponents();
    }

    /// <summary>The weight, [out, in].</summary>
    public Parameter Weight => _weight;

    /// <summary>The adapter that adds to the output, or <see langword="null"/>. Owned by whoever set it.</summary>
    public ILinearAdapter? Adapter { get; set; }

    public override Tensor forward(Tensor input)
    {
        var output = F.linear(input, _weight, _bias);
        return Adapter is null ? output : Adapter.Apply(input, output);
    }
}
