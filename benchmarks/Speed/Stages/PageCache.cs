using System.Globalization;
using System.Runtime.InteropServices;

namespace Ddpo.Audio.Benchmarks.Speed.Stages;

/// <summary>The system's memory of files that were read.</summary>
internal static partial class PageCache
{
    private const int DontNeed = 4; // POSIX_FADV_DONTNEED of Linux

    /// <summary>Asks Linux to forget a file; it may not.</summary>
    public static void Drop(string path)
    {
        using var file = File.OpenHandle(path);
        _ = Advise(file, 0, 0, DontNeed);
    }

    /// <summary>Whether files that were dropped come from the disk again.</summary>
    public static bool CanDrop(IReadOnlyList<string> paths)
    {
        if (!OperatingSystem.IsLinux() || !File.Exists("/proc/self/io"))
        {
            return false;
        }

        foreach (var path in paths)
        {
            Drop(path);
        }

        var before = ReadFromDisk();
        var bytes = PlainRead.Files(paths);
        return ReadFromDisk() - before > bytes * 9 / 10;
    }

    private static long ReadFromDisk() => File.ReadLines("/proc/self/io").Where(line => line.StartsWith("read_bytes: ", StringComparison.Ordinal))
        .Select(line => long.Parse(line.AsSpan("read_bytes: ".Length), CultureInfo.InvariantCulture)).Single();

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int Advise(SafeHandle file, long offset, long length, int advice);
}
