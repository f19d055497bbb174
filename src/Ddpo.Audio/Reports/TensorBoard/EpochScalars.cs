namespace Ddpo.Audio.Reports.TensorBoard;

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
        ("policy/approx_kl", epoch.ApproxKl),
        ("policy/clip_fraction", epoch.ClipFraction),
        ("policy/ratio_mean", epoch.RatioMean),
        ("policy/on_policy_ratio_error", epoch.OnPolicyRatioError),
        ("policy/gradient_norm", epoch.GradientNorm),
        ("policy/updates", epoch.Updates),
        ("policy/skipped_updates", epoch.SkippedUpdates),
        ("reward/dropped_samples", epoch.DroppedSamples),
        ("seconds/sampling", epoch.Seconds.Sampling),
        ("seconds/reward", epoch.Seconds.Reward),
        ("seconds/training", epoch.Seconds.Training),
        ("seconds/total", epoch.Seconds.Total),
    ];

    private static IEnumerable<(string Tag, double Value)> Of(string section, IReadOnlyDictionary<string, RewardStatistics> rewards) =>
        rewards.SelectMany(reward => new[]
        {
            ($"{section}/{reward.Key}", reward.Value.Mean),
            ($"{section}/{reward.Key}/std", reward.Value.Std),
        });
}
