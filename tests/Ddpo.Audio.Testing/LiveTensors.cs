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
        var before = Count();
        for (var i = 0; i < times; i++)
        {
            work();
        }

        AssertNoneLeft(before, times);
    }

    /// <inheritdoc cref="AssertFlat"/>
    public static async Task AssertFlatAsync(Func<Task> work, int times = 10)
    {
        await work();
        var before = Count();
        for (var i = 0; i < times; i++)
        {
            await work();
        }

        AssertNoneLeft(before, times);
    }

    /// <summary>Tensors alive now, without those that other tests left to the garbage collector, which would be counted off later.</summary>
    public static long Count()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Tensor.TotalCount;
    }

    private static void AssertNoneLeft(long before, int times)
    {
        var left = Tensor.TotalCount - before;
        Xunit.Assert.True(left == 0, $"{left} tensors are left after {times} repetitions.");
    }
}
