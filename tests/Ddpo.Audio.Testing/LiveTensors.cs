namespace Ddpo.Audio.Testing;

/// <summary>Finds leaks: work that is repeated must leave as many tensors alive as it found.</summary>
public static class LiveTensors
{
    /// <summary>Fails when repeating <paramref name="work"/> leaves tensors behind. The first run may fill caches and is not counted.</summary>
    /// <param name="work">What to repeat. It runs outside any dispose scope but the caller's, and disposes what it gets.</param>
    /// <param name="times">How often.</param>
    public static void AssertFlat(Action work, int times = 10)
    {
        work();
        GC.Collect();
        GC.WaitForPendingFinalizers(); // what other tests left would be counted off while the work runs
        var before = Tensor.TotalCount;
        for (var i = 0; i < times; i++)
        {
            work();
        }

        var left = Tensor.TotalCount - before;
        Xunit.Assert.True(left == 0, $"{left} tensors are left after {times} repetitions.");
    }
}
