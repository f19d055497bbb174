namespace Ddpo.Audio.Models.Layers;

/// <summary>Where a model's parameters live and in which precision.</summary>
/// <remarks><c>new Placement(META, ScalarType.Float32)</c> builds a model without memory for its weights.</remarks>
internal readonly record struct Placement(Device Device, ScalarType Dtype)
{
    /// <summary>fp32 on the CPU.</summary>
    public static Placement Cpu => new(CPU, ScalarType.Float32);

    /// <summary>Bounds a model while it is built; <see langword="null"/> for no bound.</summary>
    public TensorBudget? Budget { get; init; }

    /// <summary>A parameter whose values are not set: the checkpoint's follow. It outlives every dispose scope.</summary>
    public Parameter Parameter(params long[] shape)
    {
        var parameter = new Parameter(empty(shape, Dtype, Device), requires_grad: false);
        Keep(parameter);
        return parameter;
    }

    /// <summary>A buffer whose values are not set. It outlives every dispose scope.</summary>
    public Tensor Buffer(ScalarType dtype, params long[] shape) => Keep(empty(shape, dtype, Device));

    /// <summary>Has a tensor of the model outlive every dispose scope.</summary>
    public Tensor Keep(Tensor tensor)
    {
        var kept = tensor.DetachFromDisposeScope();
        Budget?.Add(kept);
        return kept;
    }
}
