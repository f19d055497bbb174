namespace Ddpo.Audio.Training.Algorithms.ForwardProcess;

/// <summary>RWR's weights: softmax(τ r) times the number of samples (jannerm/ddpo, <c>softmax_ref</c> and <c>make_weights</c>), in double precision.</summary>
/// <param name="temperature">τ, which multiplies.</param>
/// <param name="perPrompt">Whether each prompt has a softmax of its own.</param>
internal sealed class SoftmaxWeights(double temperature, bool perPrompt) : IAdvantageEstimator
{
    private double _effective = double.NaN;

    public IReadOnlyDictionary<string, double> Measurements => new Dictionary<string, double> { [ForwardProcessMeasurements.EffectiveShare] = _effective };

    public IReadOnlyList<float> Estimate(IReadOnlyList<float> rewards, IReadOnlyList<Prompt> prompts)
    {
        var weights = new double[rewards.Count];
        var (all, tells) = (RewardStatistics.Of(rewards), false);
        foreach (var group in perPrompt ? PromptGroups.Of(prompts) : [[.. Enumerable.Range(0, rewards.Count)]])
        {
            var own = RewardStatistics.Of([.. group.Select(i => rewards[i])]);
            tells |= !PromptGroups.AreEqual(own, all);
            Array.ForEach(group, i => weights[i] = Math.Exp(temperature * (rewards[i] - own.Max)));
            var scale = group.Length / group.Sum(i => weights[i]);
            Array.ForEach(group, i => weights[i] *= scale);
        }

        _effective = Math.Pow(weights.Sum(), 2) / (weights.Length * weights.Sum(weight => weight * weight));
        return [.. weights.Select(weight => tells ? (float)weight : 0)]; // to train on samples that are as good as each other is to train for nothing
    }
}
