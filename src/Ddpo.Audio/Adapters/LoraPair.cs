using Ddpo.Audio.Models.Layers;

namespace Ddpo.Audio.Adapters;

/// <summary>The pair of low-rank matrices beside one linear layer, attached to it until disposed.</summary>
internal sealed class LoraPair : ILinearAdapter, IDisposable
{
    private readonly Linear _layer;
    private Tensor? _original;

    /// <param name="name">The layer's path in the model.</param>
    /// <param name="layer">The layer, without another adapter.</param>
    /// <param name="module">The matrices, copied to fp32 on the layer's device.</param>
    public LoraPair(string name, Linear layer, LoraModule module)
    {
        (Name, _layer, Alpha) = (name, layer, module.Alpha);
        Down = Trainable(module.Down);
        Up = Trainable(module.Up);
        layer.Adapter = this;
    }

    public string Name { get; }

    /// <summary>A, [rank, in], fp32.</summary>
    public Parameter Down { get; }

    /// <summary>B, [out, rank], fp32.</summary>
    public Parameter Up { get; }

    /// <summary>Numerator of the strength alpha / rank.</summary>
    public float Alpha { get; }

    public long Rank => Down.shape[0];

    /// <summary>Whether alpha / rank is 1.</summary>
    public bool IsPlain => Alpha == Rank;

    /// <summary>A factor on top of alpha / rank; 0: the layer computes as if there were no adapter.</summary>
    public float Multiplier { get; set; } = 1;

    private bool IsMerged => _original is not null;

    private float Strength => Multiplier * Alpha / Rank;

    public Tensor Apply(Tensor input, Tensor output)
    {
        if (Strength == 0 || IsMerged)
        {
            return output;
        }

        using var scope = NewDisposeScope();
        // Down in the layer's precision, or autograd would keep an fp32 copy of every input; what that rounds is less than the layer itself does.
        var narrow = F.linear(input, Down.to(input.dtype)).to(ScalarType.Float32); // [..., rank]
        if (Strength != 1)
        {
            narrow = narrow.Multiply(Strength);
        }

        return output.AddInPlace(F.linear(narrow, Up).to(output.dtype)); // [..., out]
    }

    /// <summary>Adds the change to the layer's own weight, and keeps the weight as it was.</summary>
    public void Merge()
    {
        if (IsMerged || Strength == 0)
        {
            return;
        }

        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var weight = _layer.Weight;
        _original = weight.detach().clone().DetachFromDisposeScope();
        weight.copy_(weight.to(ScalarType.Float32).Add(Up.mm(Down).Multiply(Strength)));
    }

    /// <summary>Puts the weight back, bit for bit.</summary>
    public void Unmerge()
    {
        if (_original is null)
        {
            return;
        }

        using var noGradient = no_grad();
        _layer.Weight.copy_(_original);
        _original.Dispose();
        _original = null;
    }

    public void Dispose()
    {
        Unmerge();
        if (ReferenceEquals(_layer.Adapter, this))
        {
            _layer.Adapter = null;
        }

        Down.Dispose();
        Up.Dispose();
    }

    private Parameter Trainable(Tensor values)
    {
        using var noGradient = no_grad();
        var copy = empty(values.shape, ScalarType.Float32, _layer.Weight.device);
        copy.copy_(values);
        var parameter = new Parameter(copy, requires_grad: true);
        parameter.DetachFromDisposeScope();
        return parameter;
    }
}
