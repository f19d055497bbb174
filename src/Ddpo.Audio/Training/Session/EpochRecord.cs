using Ddpo.Audio.Training.Observers;
using Ddpo.Audio.Training.Parameters;
using Ddpo.Audio.Training.Rollouts;
using Ddpo.Audio.Training.Settings;

namespace Ddpo.Audio.Training.Session;

/// <summary>Puts down what an epoch measured.</summary>
internal static class EpochRecord
{
    /// <param name="index">The epoch, from 0.</param>
    /// <param name="run">The run's.</param>
    /// <param name="rollouts">The epoch's samples and scores.</param>
    /// <param name="result">What the algorithm measured.</param>
    /// <param name="optimizer">Counted the updates.</param>
    /// <param name="seconds">How long the epoch took.</param>
    /// <exception cref="InvalidOperationException">The algorithm made no samples, or named a measurement as something else is named.</exception>
    public static DdpoEpoch Of(int index, RunSetup run, EpochRollouts rollouts, EpochResult result, PolicyOptimizer optimizer, double seconds)
    {
        var samples = rollouts.Samples ?? throw new InvalidOperationException(
            $"The algorithm '{run.Algorithm.Name}' ended an epoch without samples; expected one call of SampleAsync in each.");
        if (result.Measurements.Keys.FirstOrDefault(name => name == TrainingMeasurements.LearningRate || MetricsFile.IsTaken(name)) is { } taken)
        {
            throw new InvalidOperationException(
                $"The algorithm '{run.Algorithm.Name}' named a measurement '{taken}', which is the name of another number of every epoch; choose another one.");
        }

        float[] usable = [.. samples.Rewards.Where(float.IsFinite)];
        var (sampling, reward) = rollouts.Seconds;
        return new DdpoEpoch
        {
            Index = index,
            Reward = RewardStatistics.Of(usable),
            Rewards = rollouts.Summarize(run.Rewards.Select(one => one.Function)),
            Metrics = rollouts.Summarize(run.Metrics),
            Loss = result.Loss,
            Measurements = new Dictionary<string, double>(result.Measurements) { [TrainingMeasurements.LearningRate] = optimizer.LearningRate },
            GradientNorm = optimizer.MeanGradientNorm,
            Updates = optimizer.Updates,
            SkippedUpdates = optimizer.SkippedUpdates,
            DroppedSamples = samples.Count - usable.Length,
            Seconds = new StageSeconds(sampling, reward, seconds - sampling - reward),
        };
    }
}
