namespace Ddpo.Audio.Training.Observers.TensorBoard;

/// <summary>The numbers of an epoch by their tags. TensorBoard makes a section of what is before the first slash.</summary>
internal static class EpochScalars
{
    public static IEnumerable<(string Tag, double Value)> Of(DdpoEpoch epoch) =>
    [
        ("reward/mean", epoch.Reward.Mean),
        ("reward/std", epoch.Reward.Std),
        ("reward/min", epoch.Reward.Min),
        ("reward/max", epoch.Reward.Max),
        .. Of("rewards", epoch.Rewards),
        .. Of("metrics", epoch.Metrics),
        ("policy/loss", epoch.Loss),
        .. epoch.Measurements.Select(measured => ($"policy/{measured.Key}", measured.Value)),
        ("policy/gradient_norm", epoch.GradientNorm),
        ("policy/updates", epoch.Updates),
        ("policy/skipped_updates", epoch.SkippedUpdates),
        ("reward/dropped_samples", epoch.DroppedSamples),
        ("seconds/sampling", epoch.Seconds.Sampling),
        ("seconds/reward", epoch.Seconds.Reward),
        ("seconds/training", epoch.Seconds.Training),
        ("seconds/total", epoch.Seconds.Total),
    ];

    /// <summary>The means of validation clips.</summary>
    public static IEnumerable<(string Tag, double Value)> Of(ValidationRound round) =>
    [
        .. round.Rewards.Select(reward => ($"validation/{reward.Key}", reward.Value.Mean)),
        .. round.Accuracy.Select(accuracy => ($"validation/{accuracy.Key}/accuracy", accuracy.Value.Value)),
        .. round.SetDistances.Select(distance => ($"validation/{distance.Metric}", distance.Value)),
    ];

    private static IEnumerable<(string Tag, double Value)> Of(string section, IReadOnlyDictionary<string, RewardStatistics> rewards) =>
        rewards.SelectMany(reward => new[]
        {
            ($"{section}/{reward.Key}", reward.Value.Mean),
            ($"{section}/{reward.Key}/std", reward.Value.Std),
        });
}
