namespace Ddpo.Audio.Runtime;

/// <summary>The work that a model's thread is at, which may be stopped inside a long step: a large model takes seconds for one.</summary>
internal static class CurrentWork
{
    [ThreadStatic]
    private static CancellationToken s_stop;

    /// <summary>Called by models between their blocks.</summary>
    public static void ThrowIfStopped() => s_stop.ThrowIfCancellationRequested();

    /// <summary>Runs work on this thread, which <paramref name="stop"/> ends at the next block.</summary>
    public static T Run<T>(Func<T> work, CancellationToken stop)
    {
        s_stop = stop;
        try
        {
            return work();
        }
        finally
        {
            s_stop = default;
        }
    }
}
