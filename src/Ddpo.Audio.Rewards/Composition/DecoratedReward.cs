namespace Ddpo.Audio.Rewards.Composition;

/// <summary>A reward that is called in another way.</summary>
internal class DecoratedReward(IRewardFunction inner, IRewardCalls calls) : IRewardFunction
{
    public string Name => inner.Name;

    public Task<IReadOnlyList<float>> ScoreAsync(
        IReadOnlyList<AudioClip> clips, IReadOnlyList<Prompt> prompts, CancellationToken cancellationToken = default) =>
        CallAsync(inner.ScoreAsync, clips, prompts, cancellationToken);

    protected Task<IReadOnlyList<T>> CallAsync<T>(
        RewardCall<T> call, IReadOnlyList<AudioClip> clips, IReadOnlyList<Prompt> prompts, CancellationToken cancellationToken)
        where T : notnull
    {
        AudioChecks.ThrowIfNotPaired(clips, prompts);
        return calls.CallAsync(Name, call, clips, prompts, cancellationToken);
    }
}
