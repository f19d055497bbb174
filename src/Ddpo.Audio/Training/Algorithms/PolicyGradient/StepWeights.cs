using Ddpo.Audio.Training.Rollouts;

namespace Ddpo.Audio.Training.Algorithms.PolicyGradient;

/// <summary>
/// How much the log-prob of each denoising step makes of a change in the prediction: c² / 2σ², c the change of the step's mean with the prediction, σ its noise.
/// The gradient goes with the root. With leading spacing and few steps, the last but one outweighs all others.
/// </summary>
internal static class StepWeights
{
    // Small, so that schedulers that limit what they predict do not limit it.
    private const double Change = 1e-3;

    private const double FarAbove = 10;

    /// <summary>The weight of every step.</summary>
    /// <param name="scheduler">What steps are drawn from.</param>
    /// <param name="shape">Of one sample.</param>
    /// <param name="device">Where the scheduler is.</param>
    public static double[] Of(IStochasticScheduler scheduler, IEnumerable<long> shape, Device device)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var nothing = zeros([1, .. shape], ScalarType.Float32, device);
        var prediction = ones_like(nothing).Multiply(Change);
        return [.. scheduler.Timesteps.Select(timestep =>
        {
            using var step = NewDisposeScope();
            var at = TensorFactory.Repeat(timestep, 1, device);
            var (without, with) = (scheduler.Score(nothing, at, nothing, nothing), scheduler.Score(prediction, at, nothing, nothing));
            var change = (with.Mean - without.Mean).abs().mean().to(ScalarType.Float64).item<double>() / Change;
            return change * change / (2 * Math.Pow(with.Sigma.mean().to(ScalarType.Float64).item<double>(), 2));
        })];
    }

    /// <summary>
    /// The step that rules the gradient, and how many times the median's its gradient is: one whose weight is far above the median, and more than that of all
    /// other steps together. <see langword="null"/> when there is none.
    /// </summary>
    /// <param name="weights">Of every step.</param>
    /// <param name="steps">Those that are trained on.</param>
    public static (int Step, double Times)? Ruling(IReadOnlyList<double> weights, StepRange steps)
    {
        double[] trained = [.. weights.Skip(steps.First).Take(steps.Count)];
        if (trained.Length == 0)
        {
            return null;
        }

        var (sorted, largest) = (trained.Order().ToArray(), trained.Max());
        var median = (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
        return largest > FarAbove * median && largest > trained.Sum() - largest
            ? (steps.First + Array.IndexOf(trained, largest), Math.Sqrt(largest / median))
            : null;
    }
}
