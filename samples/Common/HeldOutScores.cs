namespace Ddpo.Audio.Samples;

/// <summary>The scores of held-out clips, in the order of the clips.</summary>
internal sealed class HeldOutScores
{
    private readonly Dictionary<string, double> _weights = [];

    /// <summary>Each reward's scores, by its name.</summary>
    public Dictionary<string, List<float>> Rewards { get; } = [];

    /// <summary>1 for each clip that a classifier heard as its prompt asks, 0 for the others, by the classifier's name.</summary>
    public Dictionary<string, List<float>> Hits { get; } = [];

    /// <summary>Clips that all rewards have scored.</summary>
    public int Count => Rewards.Values.Min(values => values.Count);

    /// <summary>The weighted sum of each clip's scores, as they are: a normalization of training has no part in it.</summary>
    public IReadOnlyList<float> Weighted =>
        [.. Enumerable.Range(0, Count).Select(i => (float)Rewards.Sum(reward => _weights[reward.Key] * reward.Value[i]))];

    /// <summary>One clip's scores, by reward.</summary>
    public Dictionary<string, double> Of(int clip) => Rewards.ToDictionary(reward => reward.Key, reward => (double)reward.Value[clip]);

    /// <summary>Adds the scores of a batch.</summary>
    public void Add(string reward, double weight, IEnumerable<float> scores)
    {
        _weights[reward] = weight;
        Values(Rewards, reward).AddRange(scores);
    }

    /// <summary>Adds what a classifier heard right in a batch.</summary>
    public void AddHits(string classifier, IEnumerable<bool> hits) => Values(Hits, classifier).AddRange(hits.Select(hit => hit ? 1f : 0));

    private static List<float> Values(Dictionary<string, List<float>> all, string name) =>
        all.TryGetValue(name, out var values) ? values : all[name] = [];
}
