using System.Runtime.InteropServices;

namespace Ddpo.Audio;

/// <summary>The heap of the C library, which libtorch takes the memory of CPU tensors from.</summary>
public static partial class NativeHeap
{
    // Parameters of glibc's mallopt (malloc.h).
    private const int TrimThreshold = -1;
    private const int TopPad = -2;
    private const int MmapMax = -4;
    private const int ArenaMax = -8;

    /// <summary>
    /// Makes the heap keep memory that tensors give back, for the tensors that come next. By default, glibc returns every large block to the system, which
    /// fills it with zeros when it is asked for again: a training step on the CPU can spend half of its time there.
    /// </summary>
    /// <remarks>
    /// This is a setting of the whole process, so that the library does not make it by itself: call it at the beginning of <c>Main</c>, before the first
    /// tensor. The process keeps the most memory that it ever had. The environment variables <c>MALLOC_MMAP_MAX_=0</c>,
    /// <c>MALLOC_TRIM_THRESHOLD_=-1</c> and <c>MALLOC_ARENA_MAX=1</c> do the same. No number that is computed changes. Safe for threads.
    /// </remarks>
    /// <returns>Whether it could be done: <see langword="false"/> without glibc, such as on Windows, macOS and musl, whose heaps are other ones.</returns>
    public static bool KeepFreedMemory()
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        try
        {
            // One arena, because only the first grows without limit; and without blocks of their own, which are always given back.
            return Set(ArenaMax, 1) != 0 && Set(MmapMax, 0) != 0 && Set(TrimThreshold, -1) != 0 && Set(TopPad, 64 << 20) != 0;
        }
        catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException)
        {
            return false;
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "mallopt")]
    private static partial int Set(int parameter, int value);
}
