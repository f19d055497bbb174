using System.Diagnostics.CodeAnalysis;
using Ddpo.Audio.Rewards.Composition;
using Microsoft.Extensions.Logging;

namespace Ddpo.Audio.Rewards;

/// <summary>What can be put around any reward: a cache, a time limit, another try.</summary>
/// <remarks>
/// <para>
/// Each returns a reward of the same name that asks the one it is put around, and that is an <see cref="IClassifierReward"/> when
/// that one is. They can be combined; the last that is called is the outermost, so
/// <c>reward.WithTimeLimit(…).WithRetry(…).WithCache(…)</c> limits each try, and tries nothing that is in the cache.
/// </para>
/// <para>Thread-safety: as that of the reward inside; what is put around it adds no limits of its own.</para>
/// <para>Ownership: the reward inside stays the caller's to dispose, after the last call.</para>
/// </remarks>
[SuppressMessage("ApiDesign", "RS0026", Justification = "The overloads differ in a required parameter.")]
public static class RewardComposition
{
    /// <summary>Remembers scores, so that a clip that was scored for a prompt is not scored for it again.</summary>
    /// <param name="reward">The reward to put this around. Equal clips and prompts must get equal scores from it.</param>
    /// <param name="capacity">Scores to remember, at least 1; those that were not asked for the longest are forgotten first.</param>
    /// <remarks>
    /// Clips are told apart by their samples (SHA-256), rate and channels, prompts by their texts and metadata; some hundred bytes
    /// are kept for each, not the clips. The reward is asked for all clips that are not remembered at once, and not at all when there
    /// are none. What fails is not remembered. Useful where clips come back, as in evaluations; in training, every clip is new.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="capacity"/> is below 1.</exception>
    public static IRewardFunction WithCache(this IRewardFunction reward, int capacity) =>
        Decorated(reward, new CachedCalls(capacity));

    /// <inheritdoc cref="WithCache(IRewardFunction, int)"/>
    public static IClassifierReward WithCache(this IClassifierReward reward, int capacity) =>
        Decorated(reward, new CachedCalls(capacity));

    /// <summary>Throws <see cref="TimeoutException"/> when the reward takes longer than it may, even if it does not stop when told to.</summary>
    /// <param name="reward">The reward to put this around. Its token is cancelled when the time is up.</param>
    /// <param name="limit">For one call, which is one batch; above 0, at most 24 days.</param>
    /// <remarks>
    /// A call that goes on although its time is up is left to itself, and its result is dropped. The next call does not start
    /// before it is over, and waits within its own limit: the reward is never asked twice at the same time because of this.
    /// Who cancels a call waits for it to stop, at most until the time is up.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="limit"/> is out of range.</exception>
    public static IRewardFunction WithTimeLimit(this IRewardFunction reward, TimeSpan limit) =>
        Decorated(reward, new TimeLimitedCalls(limit, TimeProvider.System));

    /// <inheritdoc cref="WithTimeLimit(IRewardFunction, TimeSpan)"/>
    public static IClassifierReward WithTimeLimit(this IClassifierReward reward, TimeSpan limit) =>
        Decorated(reward, new TimeLimitedCalls(limit, TimeProvider.System));

    /// <summary>Asks again when the reward throws, after a pause that doubles each time: for rewards that depend on a network or a busy device.</summary>
    /// <param name="reward">The reward to put this around.</param>
    /// <param name="options">How often, how long to wait, and after what; the defaults when null.</param>
    /// <param name="logger">Gets a warning (event id 310) for each failure that is followed by another try.</param>
    /// <remarks>When the last try fails, its exception is thrown as it is. Cancelling ends the pause.</remarks>
    /// <exception cref="ArgumentException">An option is out of range; the message names it.</exception>
    public static IRewardFunction WithRetry(this IRewardFunction reward, RetryOptions? options = null, ILogger? logger = null) =>
        Decorated(reward, new RetriedCalls(options, logger, TimeProvider.System));

    /// <inheritdoc cref="WithRetry(IRewardFunction, RetryOptions, ILogger)"/>
    public static IClassifierReward WithRetry(this IClassifierReward reward, RetryOptions? options = null, ILogger? logger = null) =>
        Decorated(reward, new RetriedCalls(options, logger, TimeProvider.System));

    private static IRewardFunction Decorated(IRewardFunction reward, IRewardCalls calls) =>
        reward is IClassifierReward classifier ? Decorated(classifier, calls) : new DecoratedReward(NotNull(reward), calls);

    private static DecoratedClassifier Decorated(IClassifierReward reward, IRewardCalls calls) => new(NotNull(reward), calls);

    private static T NotNull<T>(T reward)
    {
        ArgumentNullException.ThrowIfNull(reward);
        return reward;
    }
}
