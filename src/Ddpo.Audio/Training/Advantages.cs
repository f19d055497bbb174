namespace Ddpo.Audio.Training;

/// <summary>Turns rewards into advantages: how much better than expected each sample was.</summary>
internal static class Advantages
{
    /// <summary>(r − mean) / (std + 1e-8) over the epoch, as ddpo-pytorch does without per-prompt tracking.</summary>
    public static float[] Global(IReadOnlyList<float> rewards)
    {
        var statistics = RewardStatistics.Of(rewards);
        return [.. rewards.Select(reward => Normalize(reward, statistics, 1e-8))];
    }

    /// <summary>(r − mean) / (std + epsilon).</summary>
    public static float Normalize(float reward, RewardStatistics statistics, double epsilon) =>
        (float)((reward - statistics.Mean) / (statistics.Std + epsilon));
}
