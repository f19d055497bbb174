namespace Ddpo.Audio.Training.Algorithms.ForwardProcess;

/// <summary>Sparse RWR's weights: 1 for the samples that are kept, 0 for the others.</summary>
/// <param name="keep">Says which of some samples to keep, by their rewards.</param>
/// <param name="perPrompt">Whether that is said of each prompt's samples, or of the epoch's.</param>
internal sealed class SparseWeights(Func<float[], IEnumerable<int>> keep, bool perPrompt) : IAdvantageEstimator
{
    private double _filtered = double.NaN;

    public IReadOnlyDictionary<string, double> Measurements => new Dictionary<string, double> { [ForwardProcessMeasurements.FilteredGroups] = _filtered };

    /// <summary>Keeps the best share of each prompt's samples, at least one; of equal ones the first.</summary>
    public static SparseWeights BestOfPrompt(double share) => new(
        rewards => Enumerable.Range(0, rewards.Length).OrderByDescending(i => rewards[i])
            .Take(Math.Max(1, (int)Math.Round(share * rewards.Length, MidpointRounding.AwayFromZero))),
        perPrompt: true);

    /// <summary>Keeps what is at or above a percentile of the epoch's rewards (jannerm/ddpo, <c>logger.py</c>).</summary>
    public static SparseWeights Percentile(double percentile) => new(
        rewards =>
        {
            var threshold = Threshold(rewards, percentile);
            return Enumerable.Range(0, rewards.Length).Where(i => rewards[i] >= threshold);
        },
        perPrompt: false);

    public IReadOnlyList<float> Estimate(IReadOnlyList<float> rewards, IReadOnlyList<Prompt> prompts)
    {
        var weights = new float[rewards.Count];
        var (all, filtered) = (RewardStatistics.Of(rewards), 0);
        int[][] groups = perPrompt ? PromptGroups.Of(prompts) : [[.. Enumerable.Range(0, rewards.Count)]];
        foreach (var group in groups)
        {
            float[] own = [.. group.Select(i => rewards[i])];
            if (PromptGroups.AreEqual(RewardStatistics.Of(own), all))
            {
                filtered++;
                continue;
            }

            foreach (var i in keep(own))
            {
                weights[group[i]] = 1;
            }
        }

        _filtered = (double)filtered / groups.Length;
        return weights;
    }

    /// <summary>A percentile, between the two nearest rewards by their distance (<c>numpy.percentile</c>).</summary>
    public static double Threshold(IEnumerable<float> rewards, double percentile)
    {
        double[] sorted = [.. rewards.Select(reward => (double)reward).Order()];
        var place = (sorted.Length - 1) * percentile / 100;
        var (below, above) = ((int)Math.Floor(place), (int)Math.Ceiling(place));
        return sorted[below] + ((sorted[above] - sorted[below]) * (place - below));
    }
}
