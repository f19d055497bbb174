using Ddpo.Audio.Rewards.Composition;

namespace Ddpo.Audio.Rewards;

/// <summary>When a reward that failed is asked again.</summary>
public sealed record RetryOptions
{
    /// <summary>Calls in all, the first included; at least 1, 3 by default.</summary>
    public int MaxAttempts { get; set; } = 3;

    /// <summary>Pause before the second call, at least 0; 1 s by default. Before each further call it is twice as long.</summary>
    public TimeSpan Delay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest pause, from <see cref="Delay"/> to 24 days; 30 s by default.</summary>
    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Whether to ask again after this exception. By default (<see langword="null"/>) after all but <see cref="ArgumentException"/>,
    /// <see cref="NotSupportedException"/> and <see cref="ObjectDisposedException"/>, which come back however often one asks. Never
    /// asked when the caller has cancelled.
    /// </summary>
    public Func<Exception, bool>? ShouldRetry { get; set; }

    /// <exception cref="ArgumentException">An option is out of range.</exception>
    internal void Validate()
    {
        if (MaxAttempts < 1)
        {
            throw new ArgumentException($"{nameof(MaxAttempts)} is {MaxAttempts}; expected at least 1.");
        }

        if (Delay < TimeSpan.Zero)
        {
            throw new ArgumentException($"{nameof(Delay)} is {Delay}; expected at least 0.");
        }

        if (MaxDelay < Delay || MaxDelay > Timers.Longest)
        {
            throw new ArgumentException(
                $"{nameof(MaxDelay)} is {MaxDelay}; expected from {nameof(Delay)} ({Delay}) to {Timers.Longest.Days} days.");
        }
    }
}
