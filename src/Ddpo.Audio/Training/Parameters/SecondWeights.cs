namespace Ddpo.Audio.Training.Parameters;

/// <summary>A second set of the weights that learn, with which the model predicts while it is in use. Lives on the pipeline's thread.</summary>
internal sealed class SecondWeights : IDisposable
{
    private readonly IPolicyParameters _parameters;
    private readonly Tensor _aside;

    /// <param name="parameters">What learns; the second set starts as a copy of it.</param>
    public SecondWeights(IPolicyParameters parameters)
    {
        using var noGradient = no_grad();
        _parameters = parameters;
        Values = parameters.Values.clone().DetachFromDisposeScope();
        _aside = empty_like(Values).DetachFromDisposeScope();
    }

    /// <summary>fp32 [n], in the order of <see cref="IPolicyParameters.Values"/>.</summary>
    public Tensor Values { get; }

    /// <summary>Makes the model predict with this set, until the returned object is disposed; the weights that learn are then what they were, bit for bit.</summary>
    public IDisposable Use()
    {
        using var noGradient = no_grad();
        _aside.copy_(_parameters.Values);
        _parameters.Values.copy_(Values);
        return new InUse(this);
    }

    /// <summary>Whether both sets are the same.</summary>
    public bool AreThoseThatLearn()
    {
        using var scope = NewDisposeScope();
        return Values.eq(_parameters.Values).all().item<bool>();
    }

    /// <summary>Follows the weights that learn: keeps a share of itself, and takes the rest from them.</summary>
    public void Follow(double decay)
    {
        using var noGradient = no_grad();
        if (decay == 0)
        {
            Values.copy_(_parameters.Values);
        }
        else
        {
            Values.MultiplyInPlace(decay).AddInPlace(_parameters.Values, 1 - decay);
        }
    }

    public void Dispose()
    {
        Values.Dispose();
        _aside.Dispose();
    }

    private sealed class InUse(SecondWeights weights) : IDisposable
    {
        public void Dispose()
        {
            using var noGradient = no_grad();
            weights._parameters.Values.copy_(weights._aside);
        }
    }
}
