namespace Ddpo.Audio.Training;

/// <summary>Turns rewards into advantages: how much better than expected each sample was.</summary>
internal static class Advantages
{
    /// <summary>
    /// Advantages of an epoch's samples: by their prompts' statistics with a tracker, else by the epoch's. Those without a reward
    /// (NaN) get 0, which moves nothing, and take no part in the statistics.
    /// </summary>
    public static float[] Of(IReadOnlyList<float> rewards, IReadOnlyList<Prompt> prompts, PerPromptStatTracker? tracker)
    {
        var kept = Enumerable.Range(0, rewards.Count).Where(i => float.IsFinite(rewards[i])).ToArray();
        float[] values = [.. kept.Select(i => rewards[i])];
        var advantages = tracker?.Update([.. kept.Select(i => prompts[i].Text)], values) ?? Global(values);
        var all = new float[rewards.Count];
        for (var i = 0; i < kept.Length; i++)
        {
            all[kept[i]] = advantages[i];
        }

        return all;
    }

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
