namespace Ddpo.Audio.Training.Rollouts;

/// <summary>What rewards and metrics said about some samples: a value of each for every sample, as they gave it, NaN where they failed.</summary>
/// <param name="values">By name.</param>
/// <param name="hits">1 where a classifier heard what the prompt asks for, else 0, by name; empty when nobody asked for decisions.</param>
internal sealed class RewardScores(IReadOnlyDictionary<string, float[]> values, IReadOnlyDictionary<string, float[]> hits)
{
    /// <summary>Samples.</summary>
    public int Count => values.Values.First().Length;

    /// <summary>The values of every reward and metric, by name.</summary>
    public IReadOnlyDictionary<string, float[]> Values => values;

    /// <summary>What classifiers heard right, by name.</summary>
    public IReadOnlyDictionary<string, float[]> Hits => hits;

    /// <summary>The values of the reward or metric of this name.</summary>
    public float[] this[string name] => values[name];

    /// <summary>The scores of several batches as those of one.</summary>
    public static RewardScores Concat(IReadOnlyList<RewardScores> batches) =>
        new(Concat(batches, batch => batch.Values), Concat(batches, batch => batch.Hits));

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

    private static Dictionary<string, float[]> Concat(
        IReadOnlyList<RewardScores> batches, Func<RewardScores, IReadOnlyDictionary<string, float[]>> part) => part(batches[0]).Keys.ToDictionary(
            name => name, name => batches.SelectMany(batch => part(batch)[name]).ToArray(), StringComparer.Ordinal);
}
