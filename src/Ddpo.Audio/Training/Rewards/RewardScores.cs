namespace Ddpo.Audio.Training.Rewards;

/// <summary>What rewards and metrics said about some samples: a value of each for every sample, as they gave it, NaN where they failed.</summary>
internal sealed class RewardScores(IReadOnlyDictionary<string, float[]> values)
{
    /// <summary>Samples.</summary>
    public int Count => values.Values.First().Length;

    /// <summary>The values of the reward or metric of this name.</summary>
    public float[] this[string name] => values[name];

    /// <summary>The scores of several batches as those of one.</summary>
    public static RewardScores Concat(IReadOnlyList<RewardScores> batches) => new(
        batches[0].Names.ToDictionary(name => name, name => batches.SelectMany(batch => batch[name]).ToArray(), StringComparer.Ordinal));

    /// <summary>Summaries of those among <paramref name="functions"/> that gave any value, by name.</summary>
    public IReadOnlyDictionary<string, RewardStatistics> Summarize(IEnumerable<IRewardFunction> functions) =>
        functions
            .Select(function => (function.Name, Values: this[function.Name].Where(float.IsFinite).ToList()))
            .Where(given => given.Values.Count > 0)
            .ToDictionary(given => given.Name, given => RewardStatistics.Of(given.Values), StringComparer.Ordinal);

    /// <summary>Everything that was said about one sample, by name.</summary>
    public IReadOnlyDictionary<string, double> OfSample(int index) => values
        .Where(value => float.IsFinite(value.Value[index]))
        .ToDictionary(value => value.Key, value => (double)value.Value[index], StringComparer.Ordinal);

    private IEnumerable<string> Names => values.Keys;
}
