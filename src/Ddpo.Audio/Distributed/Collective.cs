using System.Globalization;
using Ddpo.Audio.Distributed;
using Ddpo.Audio.Distributed.Mpi;
using Ddpo.Audio.Runtime;

namespace Ddpo.Audio;

/// <summary>Finds the processes that this one works with.</summary>
public static class Collective
{
    /// <summary>The environment variable with the seconds that a rank is waited for, where the program does not say it.</summary>
    public const string TimeoutVariable = "DDPO_COLLECTIVE_TIMEOUT";

    /// <summary>The environment variable with the path or name of the MPI library to use, instead of the one that goes with the launcher.</summary>
    public const string LibraryVariable = "DDPO_MPI_LIBRARY";

    private static readonly TimeSpan s_timeout = TimeSpan.FromMinutes(10);

    /// <summary>Gets the collective of a process by itself.</summary>
    public static ICollective Alone { get; } = new AloneCollective();

    /// <summary>
    /// Takes part in the job that this process was started in by <c>mpirun</c>, <c>mpiexec</c> or <c>srun</c>, through the system's MPI (Open MPI 4 or 5,
    /// MPICH 4, or one with the standard ABI of MPI 5); by itself when it was started otherwise, or as the only one, and then loads no MPI.
    /// </summary>
    /// <remarks>
    /// Once a process, before models are loaded: it also has libtorch use this process's share of the processors, unless <c>OMP_NUM_THREADS</c> is set.
    /// The caller disposes it, last: that waits for the other ranks and ends MPI.
    /// </remarks>
    /// <param name="timeout">How long a rank is waited for before the job is given up, above 0; by default the seconds in
    /// <see cref="TimeoutVariable"/>, or 10 minutes. It has to be longer than the ranks' work can differ, such as a slow reward's.</param>
    /// <exception cref="CollectiveException">There is no MPI library that goes with the launcher, which the message names with its packages; or MPI could
    /// not be started.</exception>
    public static ICollective FromEnvironment(TimeSpan? timeout = null)
    {
        var limit = timeout ?? TimeoutOf(Environment.GetEnvironmentVariable(TimeoutVariable));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(limit, TimeSpan.Zero, nameof(timeout));
        return LaunchedRank.Find(Environment.GetEnvironmentVariable) is { Size: > 1 } launched ? MpiCollective.Start(launched, limit) : Alone;
    }

    private static TimeSpan TimeoutOf(string? seconds) => seconds is null or "" ? s_timeout
        : double.TryParse(seconds, NumberStyles.Float, CultureInfo.InvariantCulture, out var given) && given is > 0 and < 1e9 ? TimeSpan.FromSeconds(given)
        : throw new CollectiveException($"{TimeoutVariable} is '{seconds}'; expected a number of seconds above 0.");
}
