namespace Ddpo.Audio;

/// <summary>Makes rewards from functions.</summary>
/// <example><code>IRewardFunction length = RewardFunction.From("length", (clip, prompt) => (float)clip.Duration.TotalSeconds);</code></example>
public static class RewardFunction
{
    /// <summary>A reward that scores one clip at a time.</summary>
    /// <param name="name">A short name for metrics and error messages.</param>
    /// <param name="score">The score of a clip for its prompt; higher is better. Called in order, never twice at the same time for one batch.</param>
    public static IRewardFunction From(string name, Func<AudioClip, Prompt, float> score)
    {
        ArgumentNullException.ThrowIfNull(score);
        return From(name, (clip, prompt, _) => Task.FromResult(score(clip, prompt)));
    }

    /// <summary>A reward that scores one clip at a time, asynchronously.</summary>
    /// <param name="name">A short name for metrics and error messages.</param>
    /// <param name="score">The score of a clip for its prompt; higher is better. Awaited before the next clip's turn.</param>
    public static IRewardFunction From(string name, Func<AudioClip, Prompt, CancellationToken, Task<float>> score)
    {
        ArgumentNullException.ThrowIfNull(score);
        return FromBatch(name, async (clips, prompts, cancellationToken) =>
        {
            var scores = new float[clips.Count];
            for (var i = 0; i < scores.Length; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                scores[i] = await score(clips[i], prompts[i], cancellationToken).ConfigureAwait(false);
            }

            return scores;
        });
    }

    /// <summary>A reward that scores a whole batch at once.</summary>
    /// <param name="name">A short name for metrics and error messages.</param>
    /// <param name="score">One score for each clip and its prompt, in the same order; higher is better.</param>
    public static IRewardFunction FromBatch(
        string name,
        Func<IReadOnlyList<AudioClip>, IReadOnlyList<Prompt>, CancellationToken, Task<IReadOnlyList<float>>> score)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(score);
        return new DelegateReward(name, score);
    }

    private sealed class DelegateReward(
        string name,
        Func<IReadOnlyList<AudioClip>, IReadOnlyList<Prompt>, CancellationToken, Task<IReadOnlyList<float>>> score) : IRewardFunction
    {
        public string Name => name;

        public async Task<IReadOnlyList<float>> ScoreAsync(
            IReadOnlyList<AudioClip> clips, IReadOnlyList<Prompt> prompts, CancellationToken cancellationToken)
        {
            ArgumentNullException.ThrowIfNull(clips);
            ArgumentNullException.ThrowIfNull(prompts);
            if (clips.Count != prompts.Count)
            {
                throw new ArgumentException($"Expected one prompt for each of {clips.Count} clips, found {prompts.Count}.", nameof(prompts));
            }

            var scores = await score(clips, prompts, cancellationToken).ConfigureAwait(false);
            return scores?.Count == clips.Count
                ? scores
                : throw new InvalidOperationException($"Reward '{name}' gave {scores?.Count ?? 0} scores for {clips.Count} clips.");
        }
    }
}
