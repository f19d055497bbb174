namespace Ddpo.Audio.Runtime;

/// <summary>How many threads libtorch may use in this process, where several share a machine. libtorch's own default otherwise.</summary>
internal static class ThreadLimit
{
    private static readonly Lock s_lock = new();
    private static int s_threads;
    private static bool s_isLoaded;

    /// <summary>Sets it, now or when libtorch is loaded. <c>OMP_NUM_THREADS</c>, where it is set, wins.</summary>
    /// <param name="threads">At least 1.</param>
    public static void Set(int threads)
    {
        if (!string.IsNullOrEmpty(Environment.GetEnvironmentVariable("OMP_NUM_THREADS")))
        {
            return;
        }

        lock (s_lock)
        {
            s_threads = threads;
            Apply();
        }
    }

    /// <summary>libtorch is loaded.</summary>
    public static void Loaded()
    {
        lock (s_lock)
        {
            s_isLoaded = true;
            Apply();
        }
    }

    private static void Apply()
    {
        if (s_isLoaded && s_threads > 0)
        {
            set_num_threads(s_threads);
        }
    }
}
