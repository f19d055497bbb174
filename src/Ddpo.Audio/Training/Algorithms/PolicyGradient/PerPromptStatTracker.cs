namespace Ddpo.Audio.Training.Algorithms.PolicyGradient;

/// <summary>Turns rewards into advantages with running statistics of each prompt (ddpo-pytorch, <c>stat_tracking.py</c>).</summary>
/// <param name="bufferSize">Rewards remembered for each prompt.</param>
/// <param name="minCount">Rewards that a prompt needs before its own statistics count.</param>
/// <param name="remembered">What an earlier tracker remembered; nothing when not given.</param>
internal sealed class PerPromptStatTracker(int bufferSize, int minCount, IReadOnlyDictionary<string, float[]>? remembered = null)
{
    // The reference adds this, not 1e-8, to the standard deviation when it tracks prompts.
    private const double Epsilon = 1e-6;

    private readonly Dictionary<string, Queue<float>> _buffers = (remembered ?? new Dictionary<string, float[]>()).ToDictionary(
        entry => entry.Key, entry => new Queue<float>(entry.Value), StringComparer.Ordinal);

    /// <summary>The rewards of each prompt, oldest first.</summary>
    public IReadOnlyDictionary<string, float[]> Remembered =>
        _buffers.ToDictionary(entry => entry.Key, entry => entry.Value.ToArray(), StringComparer.Ordinal);

    /// <summary>A tracker that remembers the same, and goes its own way.</summary>
    public PerPromptStatTracker Copy() => new(bufferSize, minCount, Remembered);

    /// <summary>Remembers the rewards, then returns (r − mean) / (std + 1e-6) by each sample's prompt.</summary>
    public float[] Update(IReadOnlyList<string> prompts, IReadOnlyList<float> rewards)
    {
        var batch = RewardStatistics.Of(rewards);
        foreach (var (prompt, reward) in prompts.Zip(rewards))
        {
            Remember(prompt, reward);
        }

        // Statistics are taken after every reward of the batch is in, so the order within it does not matter.
        var byPrompt = prompts.Distinct(StringComparer.Ordinal).ToDictionary(
            prompt => prompt,
            prompt => _buffers[prompt].Count < minCount ? batch : RewardStatistics.Of(_buffers[prompt]),
            StringComparer.Ordinal);
        return [.. prompts.Zip(rewards, (prompt, reward) => PromptAdvantages.Normalize(reward, byPrompt[prompt], Epsilon))];
    }

    /// <summary>The remembered rewards' statistics and count, by prompt.</summary>
    public IReadOnlyDictionary<string, (RewardStatistics Statistics, int Count)> Statistics =>
        _buffers.ToDictionary(entry => entry.Key, entry => (RewardStatistics.Of(entry.Value), entry.Value.Count));

    private void Remember(string prompt, float reward)
    {
        if (!_buffers.TryGetValue(prompt, out var buffer))
        {
            _buffers.Add(prompt, buffer = new Queue<float>(bufferSize));
        }

        if (buffer.Count == bufferSize)
        {
            buffer.Dequeue();
        }

        buffer.Enqueue(reward);
    }
}
