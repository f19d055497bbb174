namespace Ddpo.Audio.Rewards.Composition;

/// <summary>A classifier that is called in another way.</summary>
internal sealed class DecoratedClassifier(IClassifierReward inner, IRewardCalls calls) : DecoratedReward(inner, calls), IClassifierReward
{
    public IReadOnlyList<string> Labels => inner.Labels;

    public Task<IReadOnlyList<Classification>> ClassifyAsync(
        IReadOnlyList<AudioClip> clips, IReadOnlyList<Prompt> prompts, CancellationToken cancellationToken = default) =>
        CallAsync(inner.ClassifyAsync, clips, prompts, cancellationToken);
}
