namespace Ddpo.Audio.Rewards.Composition;

/// <summary>A call of a reward: its scores, or its classifications.</summary>
internal delegate Task<IReadOnlyList<T>> RewardCall<T>(
    IReadOnlyList<AudioClip> clips, IReadOnlyList<Prompt> prompts, CancellationToken cancellationToken);

/// <summary>A way to call a reward, the same for scores and classifications.</summary>
internal interface IRewardCalls
{
    /// <summary>Calls, or does not, and returns one result for each clip.</summary>
    /// <param name="name">The reward's, for messages.</param>
    /// <param name="call">What to call.</param>
    /// <param name="clips">The clips.</param>
    /// <param name="prompts">As many prompts.</param>
    /// <param name="cancellationToken">The caller's.</param>
    Task<IReadOnlyList<T>> CallAsync<T>(
        string name, RewardCall<T> call, IReadOnlyList<AudioClip> clips, IReadOnlyList<Prompt> prompts, CancellationToken cancellationToken)
        where T : notnull;
}
