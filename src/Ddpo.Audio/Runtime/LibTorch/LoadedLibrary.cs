using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Ddpo.Audio.Runtime.LibTorch;

/// <summary>Libraries as glibc's loader knows them: what is loaded, from which file, and why something could not be.</summary>
internal static partial class LoadedLibrary
{
    private const int Lazy = 1, NoLoad = 4, LinkMapRequest = 2; // RTLD_LAZY, RTLD_NOLOAD, RTLD_DI_LINKMAP

    // glibc keeps this name where the functions have long moved to libc.so.6.
    private const string Loader = "libdl.so.2";

    /// <summary>Whether this is Linux with glibc on x64, the only Linux that libtorch is made for.</summary>
    [SupportedOSPlatformGuard("linux")]
    public static bool IsKnown { get; } =
        OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64 && NativeLibrary.TryLoad(Loader, out _);

    /// <summary>The library of this name that is in the process, whoever loaded it from wherever; 0 where there is none.</summary>
    public static nint Find(string name) => dlopen(name, Lazy | NoLoad);

    /// <summary>Loads a library for as long as the process lives.</summary>
    /// <exception cref="DllNotFoundException">It cannot be loaded; the message is the loader's own, which names what is missing.</exception>
    public static nint Load(string path)
    {
        _ = dlerror(); // binds the function: done after a failure, that would overwrite the message
        return dlopen(path, Lazy) is not 0 and var handle
            ? handle
            : throw new DllNotFoundException(Marshal.PtrToStringUTF8(dlerror()) ?? $"{path} cannot be loaded");
    }

    /// <summary>The file that a loaded library was read from.</summary>
    public static unsafe string PathOf(nint library)
    {
        nint* map; // struct link_map: an address, then the path
        return dlinfo(library, LinkMapRequest, &map) == 0 && Marshal.PtrToStringUTF8(map[1]) is { } path
            ? path
            : throw new InvalidOperationException("The loader does not say where a library was loaded from.");
    }

    [LibraryImport(Loader, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint dlopen(string name, int flags);

    [LibraryImport(Loader)]
    private static partial nint dlerror();

    [LibraryImport(Loader)]
    private static unsafe partial int dlinfo(nint library, int request, nint** map);
}
