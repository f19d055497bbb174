using System.Net;

namespace Ddpo.Audio.Hub;

/// <summary>When to ask again: after what may pass, a few times, with pauses that double or that the hub asks for.</summary>
internal sealed class HubRetry(TimeSpan firstPause)
{
    /// <summary>How often something is tried that gets no further.</summary>
    public const int MostTries = 5;

    // Who is told to wait longer should say so to the user.
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(1);

    /// <summary>Whether an answer may be another one the next time.</summary>
    public static bool MayPass(HttpStatusCode status) => status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests || (int)status >= 500;

    /// <summary>The wait that an answer asks for.</summary>
    public static TimeSpan? AskedFor(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - DateTimeOffset.UtcNow is var wait && wait > TimeSpan.Zero ? wait : TimeSpan.Zero,
        _ => null,
    };

    /// <summary>The wait before the next try; <see langword="null"/> when there is to be none.</summary>
    /// <param name="tried">How often it was tried.</param>
    /// <param name="asked">The wait that the answer asks for, if there was one.</param>
    public TimeSpan? Pause(int tried, TimeSpan? asked = null) =>
        tried >= MostTries || asked > s_longest ? null : asked ?? (firstPause * Math.Pow(2, tried - 1));
}
