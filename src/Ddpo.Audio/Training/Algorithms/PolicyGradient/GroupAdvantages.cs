namespace Ddpo.Audio.Training.Algorithms.PolicyGradient;

/// <summary>
/// GRPO's advantages: rewards against the other samples of the same prompt in the same epoch (flow_grpo, <c>stat_tracking.py</c>), in double precision.
/// </summary>
/// <param name="scale">What the distance from the group's mean is divided by.</param>
/// <param name="filterZeroVariance">Whether groups of equal rewards get 0, and count as left out.</param>
internal sealed class GroupAdvantages(AdvantageScale scale, bool filterZeroVariance) : IAdvantageEstimator
{
    private const double Epsilon = 1e-4;

    // flow_grpo looks for advantages of exactly 0, which rounding of the mean seldom gives.
    private const double EqualWithin = 1e-6;

    private double _filtered = double.NaN;

    public IReadOnlyDictionary<string, double> Measurements =>
        new Dictionary<string, double> { [PolicyGradientMeasurements.FilteredGroups] = _filtered };

    public IReadOnlyList<float> Estimate(IReadOnlyList<float> rewards, IReadOnlyList<Prompt> prompts)
    {
        var advantages = new float[rewards.Count];
        var (all, filtered) = (RewardStatistics.Of(rewards), 0);
        int[][] groups = [.. Enumerable.Range(0, rewards.Count).GroupBy(i => prompts[i].Text, StringComparer.Ordinal).Select(group => group.ToArray())];
        foreach (var group in groups)
        {
            var own = RewardStatistics.Of([.. group.Select(i => rewards[i])]);
            if (filterZeroVariance && AreEqual(own, all))
            {
                filtered++;
                continue;
            }

            var statistics = own with { Std = scale == AdvantageScale.Group ? own.Std : all.Std };
            Array.ForEach(group, i => advantages[i] = PromptAdvantages.Normalize(rewards[i], statistics, Epsilon));
        }

        _filtered = (double)filtered / groups.Length;
        return advantages;
    }

    /// <summary>Whether the rewards of a group differ by no more than what rounding makes of rewards of this scale.</summary>
    private static bool AreEqual(RewardStatistics group, RewardStatistics all) =>
        group.Max - group.Min <= EqualWithin * Math.Max(Math.Abs(all.Min), Math.Abs(all.Max));
}
