using System.Globalization;
using Ddpo.Audio.Runtime;
using Ddpo.Audio.Training.Sharing;

namespace Ddpo.Audio.Training.Parameters;

/// <summary>Clips, steps and clears; counts what it did, and leaves out what is not finite.</summary>
/// <param name="parameters">What learns.</param>
/// <param name="options">Of the run.</param>
/// <param name="updates">Updates that the run is to have, by which a learning-rate schedule ends.</param>
/// <param name="ranks">Who trains together; <see langword="null"/> trains alone.</param>
internal sealed class PolicyOptimizer(IPolicyParameters parameters, TrainingOptions options, long updates = 0, RankGroup? ranks = null) : IPolicyOptimizer, IDisposable
{
    private readonly GradientMean? _mean = ranks is null ? null : new(ranks);
    private double _gradientNorms;

    /// <summary>What remembers earlier gradients.</summary>
    public AdamW AdamW { get; } = new(parameters, options);

    /// <summary>The average that follows every step; <see langword="null"/> when there is to be none.</summary>
    public WeightAverage? Average { get; } = options.Ema is { } ema ? new WeightAverage(parameters.Values, ema) : null;

    /// <summary>The learning rate of the last update taken in this epoch; NaN without one.</summary>
    public double LearningRate { get; private set; }

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
        (Updates, SkippedUpdates, _gradientNorms, LearningRate) = (0, 0, 0, double.NaN);
        ZeroGradients();
    }

    public double Update()
    {
        CurrentWork.ThrowIfStopped(); // gradients of a pass that failed are not taken
        _mean?.Take(parameters.Gradients);
        var norm = GradientClipping.ByNorm(parameters.Gradients, options.MaxGradNorm);
        if (double.IsFinite(norm))
        {
            var step = AdamW.Steps;
            AdamW.LearningRate = LearningRate = options.LearningRate * LearningRates.Factor(options, step, updates);
            AdamW.Step();
            Average?.Follow(step);
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

    public void Dispose()
    {
        Average?.Dispose();
        AdamW.Dispose();
    }
}
