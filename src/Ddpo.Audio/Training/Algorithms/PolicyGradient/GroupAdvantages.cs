namespace Ddpo.Audio.Training.Algorithms.PolicyGradient;

/// <summary>
/// GRPO's advantages: rewards against the other samples of the same prompt in the same epoch (flow_grpo, <c>stat_tracking.py</c>), in double precision.
/// </summary>
/// <param name="scale">What the distance from the group's mean is divided by.</param>
/// <param name="filterZeroVariance">Whether groups of equal rewards get 0, and count as left out.</param>
internal sealed class GroupAdvantages(AdvantageScale scale, bool filterZeroVariance) : IAdvantageEstimator
{
    private const double Epsilon = 1e-4;

    private double _filtered = double.NaN;

    public IReadOnlyDictionary<string, double> Measurements =>
        new Dictionary<string, double> { [PolicyGradientMeasurements.FilteredGroups] = _filtered };

    public IReadOnlyList<float> Estimate(IReadOnlyList<float> rewards, IReadOnlyList<Prompt> prompts)
    {
        var advantages = new float[rewards.Count];
        var (all, filtered) = (RewardStatistics.Of(rewards), 0);
        var groups = PromptGroups.Of(prompts);
        foreach (var group in groups)
        {
            var own = RewardStatistics.Of([.. group.Select(i => rewards[i])]);
            if (filterZeroVariance && PromptGroups.AreEqual(own, all))
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
}
