namespace Ddpo.Audio.Samples;

/// <summary>Draws how much is done.</summary>
internal static class ProgressBar
{
    private const int Width = 24;

    /// <summary>A bar and the time that is left if all goes on as before.</summary>
    /// <param name="done">The share that is done, from 0 to 1.</param>
    /// <param name="elapsed">The time that it took.</param>
    public static string Draw(double done, TimeSpan elapsed)
    {
        var full = (int)Math.Round(Math.Clamp(done, 0, 1) * Width);
        var bar = $"[{new string('#', full)}{new string('-', Width - full)}]";
        return done > 0 ? $"{bar} {Format(elapsed * ((1 - done) / done))} left" : bar;
    }

    private static string Format(TimeSpan time) => $"{(int)time.TotalHours}:{time:mm\\:ss}";
}
