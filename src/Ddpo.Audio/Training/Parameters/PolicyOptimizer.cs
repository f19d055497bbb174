using System.Globalization;

namespace Ddpo.Audio.Training.Parameters;

/// <summary>Clips, steps and clears; counts what it did, and leaves out what is not finite.</summary>
/// <param name="parameters">What learns.</param>
/// <param name="options">Of the run.</param>
internal sealed class PolicyOptimizer(IPolicyParameters parameters, TrainingOptions options) : IPolicyOptimizer, IDisposable
{
    private double _gradientNorms;

    /// <summary>What remembers earlier gradients.</summary>
    public AdamW AdamW { get; } = new(parameters, options);

    /// <summary>Updates left out since the last one that was taken.</summary>
    public int SkippedInARow { get; set; }

    /// <summary>Updates taken in this epoch.</summary>
    public int Updates { get; private set; }

    /// <summary>Updates left out in this epoch.</summary>
    public int SkippedUpdates { get; private set; }

    /// <summary>The mean norm before clipping of the updates taken in this epoch; NaN without one.</summary>
    public double MeanGradientNorm => _gradientNorms / Updates;

    /// <summary>Starts counting anew, with no gradients.</summary>
    public void BeginEpoch()
    {
        (Updates, SkippedUpdates, _gradientNorms) = (0, 0, 0);
        ZeroGradients();
    }

    public double Update()
    {
        var norm = GradientClipping.ByNorm(parameters.Gradients, options.MaxGradNorm);
        if (double.IsFinite(norm))
        {
            AdamW.Step();
            (Updates, SkippedInARow, _gradientNorms) = (Updates + 1, 0, _gradientNorms + norm);
        }
        else
        {
            (SkippedUpdates, SkippedInARow) = (SkippedUpdates + 1, SkippedInARow + 1);
        }

        ZeroGradients();
        return SkippedInARow < options.MaxSkippedUpdates || double.IsFinite(norm) ? norm : throw new InvalidOperationException(string.Create(
            CultureInfo.InvariantCulture,
            $"Expected a finite gradient norm, found {norm} in {SkippedInARow} updates in a row (MaxSkippedUpdates). The weights are as before "
            + $"them. Go on from an earlier checkpoint with a lower LearningRate ({options.LearningRate}), or use a higher precision "
            + $"than the pipeline's; if it happens in the first epoch, look at the model and the rewards' scale."));
    }

    public void ZeroGradients() => parameters.Gradients.zero_();

    public void Dispose() => AdamW.Dispose();
}
