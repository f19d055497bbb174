namespace Ddpo.Audio.Training.Rollouts;

/// <summary>Makes of several rewards the one that is trained on: the weighted sum, each normalised in its own way.</summary>
internal sealed class RewardSum
{
    private const double Epsilon = 1e-6;

    private readonly IReadOnlyList<WeightedReward> _rewards;

    /// <param name="rewards">What to sum.</param>
    /// <param name="moments">What an earlier sum had seen; nothing when not given.</param>
    public RewardSum(IReadOnlyList<WeightedReward> rewards, IReadOnlyDictionary<string, RunningMoments>? moments = null)
    {
        _rewards = rewards;
        Moments = rewards
            .Where(reward => reward.Normalization == RewardNormalization.RunningZScore)
            .Select(reward => reward.Function.Name)
            .ToDictionary(name => name, name => moments?.GetValueOrDefault(name) ?? default, StringComparer.Ordinal);
    }

    /// <summary>What the run has seen of the rewards with a running z-score, by name.</summary>
    public Dictionary<string, RunningMoments> Moments { get; }

    /// <summary>A sum that has seen the same, and goes its own way.</summary>
    public RewardSum Copy() => new(_rewards, Moments);

    /// <summary>One number for each sample of an epoch; NaN for those that a reward failed on, which take no part in anything.</summary>
    /// <param name="scores">The values of every reward, of the whole epoch.</param>
    public float[] Over(RewardScores scores)
    {
        var kept = Enumerable.Range(0, scores.Count)
            .Where(i => _rewards.All(reward => float.IsFinite(scores[reward.Function.Name][i])))
            .ToArray();
        var total = new float[scores.Count];
        Array.Fill(total, float.NaN);
        Array.ForEach(kept, i => total[i] = 0);
        foreach (var (function, weight, normalization) in _rewards)
        {
            var values = Normalize(function.Name, [.. kept.Select(i => scores[function.Name][i])], normalization);
            for (var i = 0; i < kept.Length; i++)
            {
                total[kept[i]] += (float)(weight * values[i]);
            }
        }

        return total;
    }

    private double[] Normalize(string name, float[] values, RewardNormalization normalization) => normalization switch
    {
        RewardNormalization.RunningZScore => ZScores(name, values),
        RewardNormalization.Rank => Ranks(values),
        _ => [.. values],
    };

    private double[] ZScores(string name, float[] values)
    {
        var moments = values.Aggregate(Moments[name], (seen, value) => seen.With(value));
        Moments[name] = moments;
        return [.. values.Select(value => (value - moments.Mean) / (moments.Std + Epsilon))];
    }

    private static double[] Ranks(float[] values)
    {
        if (values.Length < 2)
        {
            return [.. values.Select(_ => 0.5)];
        }

        // The mean of the ranks first..last (from 0) of equal values is half their sum, as ranks are consecutive.
        var sorted = values.Order().ToArray();
        var ranks = new Dictionary<float, double>();
        for (var first = 0; first < sorted.Length;)
        {
            var last = first;
            while (last + 1 < sorted.Length && sorted[last + 1] == sorted[first])
            {
                last++;
            }

            ranks[sorted[first]] = (first + last) / 2.0 / (sorted.Length - 1);
            first = last + 1;
        }

        return [.. values.Select(value => ranks[value])];
    }
}
