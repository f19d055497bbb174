namespace Ddpo.Audio.Rewards.Composition;

/// <summary>A <see cref="TimeLimitedReward"/> around a classifier.</summary>
internal sealed class TimeLimitedClassifier(IClassifierReward inner, TimeSpan limit, TimeProvider time)
    : TimeLimitedReward(inner, limit, time), IClassifierReward
{
    public IReadOnlyList<string> Labels => inner.Labels;

    public Task<IReadOnlyList<Classification>> ClassifyAsync(
        IReadOnlyList<AudioClip> clips, IReadOnlyList<Prompt> prompts, CancellationToken cancellationToken = default)
    {
        AudioChecks.ThrowIfNotPaired(clips, prompts);
        return CallAsync(token => inner.ClassifyAsync(clips, prompts, token), clips.Count, cancellationToken);
    }
}
