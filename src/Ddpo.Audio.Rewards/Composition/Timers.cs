namespace Ddpo.Audio.Rewards.Composition;

/// <summary>What timers can do.</summary>
internal static class Timers
{
    /// <summary>The longest time, in whole days, that every timer can wait: their milliseconds are 32-bit integers.</summary>
    public static TimeSpan Longest { get; } = TimeSpan.FromDays(24);
}
