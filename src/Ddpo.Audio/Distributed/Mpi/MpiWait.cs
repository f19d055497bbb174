using System.Diagnostics;

namespace Ddpo.Audio.Distributed.Mpi;

/// <summary>
/// Waits for what MPI does. Its own functions spin, and take the processor from the rank that they wait for; this looks again and again, soon at first, so that
/// what is quick stays quick, and then after sleeping.
/// </summary>
internal static class MpiWait
{
    // While others still compute, sleep soon. When all have come, data flows only as fast as somebody looks.
    private static readonly TimeSpan s_eagerForOthers = TimeSpan.FromMilliseconds(0.5), s_eagerForData = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(1);

    /// <summary>Waits until something is done.</summary>
    /// <param name="isDone">Whether it is; asked often.</param>
    /// <param name="limit">How long to wait.</param>
    /// <param name="isData">Whether every rank is at it, or may still be at work.</param>
    /// <param name="meanwhile">Called between.</param>
    /// <returns>Whether it is done.</returns>
    public static bool Until(Func<bool> isDone, TimeSpan limit, bool isData, Action meanwhile)
    {
        var (start, eager) = (Stopwatch.GetTimestamp(), isData ? s_eagerForData : s_eagerForOthers);
        for (var i = 0; !isDone(); i++)
        {
            meanwhile();
            var waited = Stopwatch.GetElapsedTime(start);
            if (waited > limit)
            {
                return isDone();
            }

            if (i < 50)
            {
                Thread.SpinWait(20);
            }
            else if (waited < eager)
            {
                Thread.Yield();
            }
            else
            {
                Thread.Sleep(s_pause);
            }
        }

        return true;
    }
}
