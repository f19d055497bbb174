using Ddpo.Audio.Training.Rollouts;

namespace Ddpo.Audio.Training.Algorithms.PolicyGradient;

/// <summary>How much each denoising step has to say: the norm of the objective's gradient there, on the policy that sampled.</summary>
internal static class StepNorms
{
    /// <summary>Measures the steps with noise of some samples, by names. The parameters' gradients must be 0, and are after it.</summary>
    public static IEnumerable<KeyValuePair<string, double>> Of(
        RolloutSlice slice, StepRange steps, StepGradient gradient, IReadOnlyList<string> measurements, EpochContext epoch, CancellationToken cancellationToken)
    {
        using var ignored = new UpdateMetrics(measurements, epoch.Diffusion.Device);
        var norms = new Dictionary<string, double>();
        foreach (var i in Enumerable.Range(steps.First, steps.Count))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var step = NewDisposeScope();
            gradient.Accumulate(slice, TensorFactory.Repeat(i, slice.Advantages.shape[0], epoch.Diffusion.Device), accumulation: 1, ignored);
            epoch.AverageGradients();
            norms[PolicyGradientMeasurements.GradientNormOfStep(i)] = epoch.Parameters.Gradients.Square().sum().sqrt().item<float>();
            epoch.Optimizer.ZeroGradients();
        }

        return norms;
    }
}
