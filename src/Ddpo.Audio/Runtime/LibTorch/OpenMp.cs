using System.Runtime.InteropServices;

namespace Ddpo.Audio.Runtime.LibTorch;

/// <summary>How many threads libtorch shares an operation out to, of one calling thread: its own setting is the whole process's.</summary>
/// <remarks>
/// GNU's OpenMP makes threads for every thread that calls it. When all of them together are more than the cores, it has them sleep between two operations
/// instead of wait, and waking them takes longer than small operations do. So no more than one caller should have as many as there are cores.
/// </remarks>
internal static unsafe class OpenMp
{
    // Matrix products are MKL's, which has a number of its own.
    private static readonly nint[] s_setters = Find("omp_set_num_threads", "MKL_Set_Num_Threads_Local");

    /// <summary>Sets it for the calling thread, and no other. Where libtorch has other OpenMPs (not on Linux), nothing happens.</summary>
    /// <param name="threads">At least 1.</param>
    public static void SetThreadsOfThisThread(int threads)
    {
        _ = get_num_threads(); // libtorch sets its own number when a thread first asks for it
        foreach (var setter in s_setters)
        {
            ((delegate* unmanaged<int, void>)setter)(threads); // MKL's returns the former one
        }
    }

    private static nint[] Find(params string[] names) => LoadedLibrary.IsKnown && LoadedLibrary.Find(TorchFiles.Cpu) is not 0 and var library
        ? [.. names.Select(name => NativeLibrary.TryGetExport(library, name, out var address) ? address : 0).Where(address => address != 0)]
        : [];
}
