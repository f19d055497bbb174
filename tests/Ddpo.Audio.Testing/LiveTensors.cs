using Ddpo.Audio.Runtime;

namespace Ddpo.Audio.Testing;

/// <summary>Finds leaks: work that is repeated must leave as many tensors alive as it found.</summary>
/// <remarks>A tensor that only the garbage collector frees is left behind, too.</remarks>
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

        AssertNoneLeft(Count() - before, times);
    }

    /// <summary>The same for work whose tensors are all made and freed by the threads of models.</summary>
    public static async Task AssertFlatAsync(Func<Task> work, int times = 10)
    {
        await work();
        var before = TensorCount.Total;
        for (var i = 0; i < times; i++)
        {
            await work();
        }

        AssertNoneLeft(TensorCount.Total - before, times);
    }

    /// <summary>Tensors alive now that this thread and those of models have made.</summary>
    public static long Count()
    {
        TensorCount.Update();
        return TensorCount.Total;
    }

    private static void AssertNoneLeft(long left, int times) =>
        Xunit.Assert.True(left == 0, $"{left} tensors are left after {times} repetitions.");
}
