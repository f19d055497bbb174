using Ddpo.Audio.Models.Layers;

namespace Ddpo.Audio.Models.Gpt2;

/// <summary>y = x W + b with the weight stored [in, out], the other way round than a <see cref="Linear"/>. Input [..., in], output [..., out].</summary>
internal sealed class Gpt2Linear : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;

    [ComponentName(Name = "bias")]
    private readonly Parameter _bias;

    public Gpt2Linear(long inFeatures, long outFeatures, Placement placement)
        : base(nameof(Gpt2Linear))
    {
        _weight = placement.Parameter(inFeatures, outFeatures);
        _bias = placement.Parameter(outFeatures);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using var transposed = _weight.t(); // a view
        return F.linear(input, transposed, _bias);
    }
}
