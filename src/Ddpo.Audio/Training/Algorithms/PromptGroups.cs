namespace Ddpo.Audio.Training.Algorithms;

/// <summary>The samples of an epoch by their prompts.</summary>
internal static class PromptGroups
{
    // flow_grpo looks for advantages of exactly 0, which rounding of the mean seldom gives.
    private const double EqualWithin = 1e-6;

    /// <summary>The samples of each prompt, in the order in which prompts come first.</summary>
    public static int[][] Of(IReadOnlyList<Prompt> prompts) =>
        [.. Enumerable.Range(0, prompts.Count).GroupBy(i => prompts[i].Text, StringComparer.Ordinal).Select(group => group.ToArray())];

    /// <summary>Whether the rewards of a group differ by no more than what rounding makes of rewards of this scale.</summary>
    public static bool AreEqual(RewardStatistics group, RewardStatistics all) =>
        group.Max - group.Min <= EqualWithin * Math.Max(Math.Abs(all.Min), Math.Abs(all.Max));
}
