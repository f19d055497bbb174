using System.Runtime.InteropServices;

namespace Ddpo.Audio.Runtime.LibTorch;

/// <summary>How many threads libtorch shares an operation out to, of one calling thread: its own setting is the whole process's.</summary>
/// <remarks>
/// GNU's OpenMP makes threads for every thread that calls it. When all of them together are more than the cores, it has them sleep between two operations
/// instead of wait, and waking them takes longer than small operations do. So no more than one caller should have as many as there are cores.
/// </remarks>
internal static unsafe class OpenMp
{
    private static readonly delegate* unmanaged<int, void> s_set = (delegate* unmanaged<int, void>)Find("omp_set_num_threads");

    // Matrix products are MKL's, which has a number of its own, and says the former one.
    private static readonly delegate* unmanaged<int, int> s_setOfProducts = (delegate* unmanaged<int, int>)Find("MKL_Set_Num_Threads_Local");

    /// <summary>Whether it can be set. Where libtorch has another OpenMP (not on Linux), it cannot.</summary>
    public static bool CanBeSet => s_set is not null && s_setOfProducts is not null;

    /// <summary>Sets it for the calling thread, and no other. Where it cannot be set, nothing happens.</summary>
    /// <param name="threads">At least 1.</param>
    /// <returns>What sets it back when it is disposed, on the same thread.</returns>
    public static Setting SetThreadsOfThisThread(int threads)
    {
        var former = get_num_threads(); // which first sets libtorch's own number where a thread has none yet
        return CanBeSet ? new(former, Set(threads, threads)) : default;
    }

    /// <summary>libtorch's own number, which threads have that nothing was set for: what the program has set, or one for each core.</summary>
    public static int ThreadsOfTheProcess()
    {
        var threads = 1;
        var fresh = new Thread(() => threads = get_num_threads());
        fresh.Start();
        fresh.Join();
        return threads;
    }

    private static int Set(int threads, int ofProducts)
    {
        s_set(threads);
        return s_setOfProducts(ofProducts);
    }

    private static nint Find(string name) =>
        LoadedLibrary.IsKnown && LoadedLibrary.Find(TorchFiles.Cpu) is not 0 and var library && NativeLibrary.TryGetExport(library, name, out var address) ? address : 0;

    /// <summary>What was set before.</summary>
    public readonly ref struct Setting(int threads, int ofProducts)
    {
        /// <summary>Sets that again.</summary>
        public void Dispose()
        {
            if (threads > 0)
            {
                Set(threads, ofProducts);
            }
        }
    }
}
