namespace Ddpo.Audio.Training.Parameters;

/// <summary>
/// Weights and gradients of many parameters in two flat tensors, of which the parameters become views: whatever is done to all of them is then one
/// operation. Owner of both.
/// </summary>
internal sealed class FlatBuffer : IDisposable
{
    private readonly IReadOnlyList<Parameter> _parameters;

    /// <param name="parameters">At least one, fp32 on one device; they stay the caller's, with their values.</param>
    public FlatBuffer(IReadOnlyList<Parameter> parameters)
    {
        _parameters = parameters;
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var count = parameters.Sum(parameter => parameter.numel());
        Values = empty(count, ScalarType.Float32, parameters[0].device);
        Gradients = zeros_like(Values);
        var start = 0L;
        foreach (var parameter in parameters)
        {
            var (size, shape) = (parameter.numel(), parameter.shape);
            var values = Values.narrow(0, start, size).view(shape);
            values.copy_(parameter);
            parameter.set_(values);
            parameter.grad = Gradients.narrow(0, start, size).view(shape);
            start += size;
        }

        Values.DetachFromDisposeScope();
        Gradients.DetachFromDisposeScope();
    }

    /// <summary>fp32 [n].</summary>
    public Tensor Values { get; }

    /// <summary>fp32 [n]. Backward adds to it.</summary>
    public Tensor Gradients { get; }

    /// <summary>Takes the gradients away. The parameters keep their values, which live as long as they do.</summary>
    public void Dispose()
    {
        foreach (var parameter in _parameters.Where(parameter => !parameter.IsInvalid))
        {
            parameter.grad = null;
        }

        Values.Dispose();
        Gradients.Dispose();
    }
}
