using Ddpo.Audio.Rewards.Composition;

namespace Ddpo.Audio.Rewards;

/// <summary>What can be put around any reward.</summary>
/// <remarks>
/// <para>The result is a reward of the same name, and an <see cref="IClassifierReward"/> when the reward inside is one.</para>
/// <para>Thread-safety: as that of the reward inside.</para>
/// <para>Ownership: the reward inside stays the caller's to dispose, after the last call.</para>
/// </remarks>
public static class RewardComposition
{
    /// <summary>Limits the time of each call: a reward that takes longer fails with <see cref="TimeoutException"/>, even if it does not stop when told to.</summary>
    /// <param name="reward">The reward to put this around. Its token is cancelled when the time is up.</param>
    /// <param name="limit">For one call, which is one batch; above 0, at most 24 days.</param>
    /// <remarks>
    /// A call that goes on although its time is up is left to itself, and its result is dropped. The next call does not start
    /// before it is over, and waits within its own limit: the reward is never asked twice at the same time because of this.
    /// Who cancels a call waits for it to stop, at most until the time is up.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="limit"/> is out of range.</exception>
    public static IRewardFunction WithTimeLimit(this IRewardFunction reward, TimeSpan limit) => reward is IClassifierReward classifier
        ? classifier.WithTimeLimit(limit)
        : new TimeLimitedReward(reward, limit, TimeProvider.System);

    /// <inheritdoc cref="WithTimeLimit(IRewardFunction, TimeSpan)"/>
    public static IClassifierReward WithTimeLimit(this IClassifierReward reward, TimeSpan limit) =>
        new TimeLimitedClassifier(reward, limit, TimeProvider.System);
}
