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
        ArgumentNullException.ThrowIfNull(clips);
        ArgumentNullException.ThrowIfNull(prompts);
        return clips.Count == prompts.Count
            ? calls.CallAsync(Name, call, clips, prompts, cancellationToken)
            : throw new ArgumentException($"Expected one prompt for each of {clips.Count} clips, found {prompts.Count}.", nameof(prompts));
    }
}
