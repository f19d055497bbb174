using Ddpo.Audio.Training.Rollouts;

namespace Ddpo.Audio.Training.Session.Validation;

/// <summary>What every validation clip of a round got, NaN where a reward failed: kept to see what changes, clip by clip.</summary>
/// <param name="Reward">The weighted sum of the rewards.</param>
/// <param name="Rewards">Each reward and metric, by name.</param>
/// <param name="Hits">1 where a classifier heard what the prompt asks for, else 0, by name.</param>
internal sealed record ValidationScores(
    IReadOnlyList<float> Reward, IReadOnlyDictionary<string, float[]> Rewards, IReadOnlyDictionary<string, float[]> Hits)
{
    /// <summary>Takes them from what rewards said.</summary>
    public static ValidationScores Of(RewardScores scores, IReadOnlyList<WeightedReward> rewards) => new(
        [.. Enumerable.Range(0, scores.Count).Select(i => (float)rewards.Sum(reward => reward.Weight * scores[reward.Function.Name][i]))],
        scores.Values,
        scores.Hits);

    /// <summary>Summaries of these, and of their differences to <paramref name="first"/>.</summary>
    public ValidationRound Summarize(int epochs, ValidationScores? first, double seconds) => new()
    {
        Epochs = epochs,
        Reward = Statistics(Reward),
        Rewards = Statistics(Rewards),
        Accuracy = Hits.ToDictionary(hits => hits.Key, hits => Accurate(hits.Value), StringComparer.Ordinal),
        Change = first is null ? null : new ValidationChange(
            Statistics(Differences(first.Reward, Reward)), Statistics(Differences(first.Rewards, Rewards)), Statistics(Differences(first.Hits, Hits))),
        Seconds = seconds,
    };

    private static RewardStatistics? Statistics(IEnumerable<float> values) =>
        values.Where(float.IsFinite).ToList() is { Count: > 0 } finite ? RewardStatistics.Of(finite) : null;

    private static Dictionary<string, RewardStatistics> Statistics(IReadOnlyDictionary<string, float[]> values) => values
        .Select(named => (named.Key, Statistics: Statistics(named.Value)))
        .Where(named => named.Statistics is not null)
        .ToDictionary(named => named.Key, named => named.Statistics!, StringComparer.Ordinal);

    private static Accuracy Accurate(float[] hits) => new(hits.Count(float.IsFinite), hits.Count(hit => hit == 1));

    private static IEnumerable<float> Differences(IReadOnlyList<float> before, IReadOnlyList<float> after) =>
        before.Zip(after, (old, now) => now - old);

    // A run that goes on may have other metrics.
    private static Dictionary<string, float[]> Differences(IReadOnlyDictionary<string, float[]> before, IReadOnlyDictionary<string, float[]> after) => after
        .Where(named => before.GetValueOrDefault(named.Key)?.Length == named.Value.Length)
        .ToDictionary(named => named.Key, named => Differences(before[named.Key], named.Value).ToArray(), StringComparer.Ordinal);
}
