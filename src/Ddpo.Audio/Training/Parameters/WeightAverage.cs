namespace Ddpo.Audio.Training.Parameters;

/// <summary>The exponential moving average of what learns, as flow_grpo's <c>EMAModuleWrapper</c> has it. Lives on the thread that owns the parameters.</summary>
internal sealed class WeightAverage : IDisposable
{
    private readonly Tensor _weights;
    private readonly EmaOptions _options;

    /// <param name="weights">The trained weights, fp32 [n]; they stay the caller's, and are where the average begins.</param>
    /// <param name="options">Decay and interval.</param>
    public WeightAverage(Tensor weights, EmaOptions options)
    {
        (_weights, _options) = (weights, options);
        using var noGradient = no_grad();
        Values = weights.clone().DetachFromDisposeScope();
    }

    /// <summary>The average, fp32 [n].</summary>
    public Tensor Values { get; }

    /// <summary>How much of the average stays.</summary>
    /// <param name="step">The optimizer step that was taken, from 0.</param>
    /// <param name="decay">At most.</param>
    public static double DecayAt(long step, double decay) => Math.Min((1.0 + step) / (10 + step), decay);

    /// <summary>Follows the weights, when it is time.</summary>
    /// <param name="step">The optimizer step that was taken, from 0.</param>
    public void Follow(long step)
    {
        if ((step + 1) % _options.UpdateEvery == 0)
        {
            using var noGradient = no_grad();
            using var way = _weights - Values;
            Values.AddInPlace(way, 1 - DecayAt(step, _options.Decay));
        }
    }

    public void Dispose() => Values.Dispose();
}
