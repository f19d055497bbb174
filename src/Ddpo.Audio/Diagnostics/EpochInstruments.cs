using System.Diagnostics.Metrics;

namespace Ddpo.Audio.Diagnostics;

/// <summary>The measurements of an epoch.</summary>
internal static class EpochInstruments
{
    private const string Total = "total", Reward = "reward", Metric = "metric";

    /// <summary>Records everything that an epoch measured.</summary>
    /// <param name="epoch">The epoch.</param>
    /// <param name="run">The name of the run's folder.</param>
    public static void Record(DdpoEpoch epoch, string run)
    {
        var tag = new KeyValuePair<string, object?>(DdpoTags.Run, run);
        Statistics(epoch.Reward, Total, null, tag);
        foreach (var (name, statistics) in epoch.Rewards)
        {
            Statistics(statistics, Reward, name, tag);
        }

        foreach (var (name, statistics) in epoch.Metrics)
        {
            Statistics(statistics, Metric, name, tag);
        }

        Instruments.Loss.Record(epoch.Loss, tag);
        Measured(Instruments.ApproxKl, epoch, PolicyGradientMeasurements.ApproxKl, tag);
        Measured(Instruments.ClipFraction, epoch, PolicyGradientMeasurements.ClipFraction, tag);
        Instruments.GradientNorm.Record(epoch.GradientNorm, tag);
        Instruments.Samples.Add(epoch.Reward.Count, tag);
        Instruments.Updates.Add(epoch.Updates, tag);
        Instruments.SkippedUpdates.Add(epoch.SkippedUpdates, tag);
        Instruments.DroppedSamples.Add(epoch.DroppedSamples, tag);
        Duration(epoch.Seconds.Sampling, "sampling", tag);
        Duration(epoch.Seconds.Reward, "reward", tag);
        Duration(epoch.Seconds.Training, "training", tag);
    }

    private static void Statistics(RewardStatistics statistics, string kind, string? name, KeyValuePair<string, object?> run)
    {
        if (!Instruments.RewardMean.Enabled && !Instruments.RewardStd.Enabled)
        {
            return;
        }

        KeyValuePair<string, object?>[] tags = name is null
            ? [run, new(DdpoTags.RewardKind, kind)]
            : [run, new(DdpoTags.RewardKind, kind), new(DdpoTags.RewardName, name)];
        Instruments.RewardMean.Record(statistics.Mean, tags);
        Instruments.RewardStd.Record(statistics.Std, tags);
    }

    private static void Measured(Gauge<double> gauge, DdpoEpoch epoch, string name, KeyValuePair<string, object?> run)
    {
        if (epoch.Measurements.TryGetValue(name, out var value))
        {
            gauge.Record(value, run);
        }
    }

    private static void Duration(double seconds, string stage, KeyValuePair<string, object?> run) =>
        Instruments.EpochDuration.Record(seconds, run, new(DdpoTags.Stage, stage));
}
