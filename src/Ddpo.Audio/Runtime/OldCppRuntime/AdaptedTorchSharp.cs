using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Ddpo.Audio.Runtime.LibTorch;

namespace Ddpo.Audio.Runtime.OldCppRuntime;

/// <summary>
/// Loads a copy of TorchSharp's native file that asks for no newer C++ runtime than it uses, where the system's is older than the file
/// asks for. The README beside this file has the whole story.
/// </summary>
[SupportedOSPlatform("linux")]
internal static class AdaptedTorchSharp
{
    /// <summary>The C++ runtime, by the name that libraries ask for.</summary>
    public const string CppRuntime = "libstdc++.so.6";

    /// <summary>Prepares TorchSharp's own load, which then finds what is loaded already. Does nothing where the C++ runtime is new enough.</summary>
    /// <returns>What was done, for the log; null for nothing.</returns>
    /// <exception cref="NotSupportedException">The runtime is absent or too old, or no copy can be made. The message says what to do.</exception>
    /// <exception cref="DllNotFoundException">libtorch cannot be loaded, for the reason in the message.</exception>
    public static string? LoadWhereNeeded(TorchFiles files)
    {
        if (LoadedLibrary.Find(TorchFiles.Bridge) != 0 || files.Find(TorchFiles.Bridge) is not { } path)
        {
            return null;
        }

        var runtime = NativeLibrary.TryLoad(CppRuntime, out var loaded) ? LoadedLibrary.PathOf(loaded) : null;
        var original = File.ReadAllBytes(path);
        var lacking = Lacking(path, original, runtime);
        if (lacking.Count == 0)
        {
            return null;
        }

        var copy = Adapt(path, original, runtime!, lacking);
        LoadLibTorch(files);
        return LibraryCopy.Load(TorchFiles.Bridge, copy, $"{TorchFiles.Bridge} asks for {Names(lacking)}, which '{runtime}' lacks");
    }

    /// <summary>The versions of the C++ runtime that a library asks for and the runtime lacks.</summary>
    /// <param name="path">The library's path, for messages.</param>
    /// <param name="library">The library.</param>
    /// <param name="runtime">The runtime's file; null where there is none.</param>
    /// <exception cref="NotSupportedException">There is no runtime.</exception>
    /// <exception cref="BadImageFormatException">One of the files is damaged.</exception>
    public static IReadOnlyList<NeededVersion> Lacking(string path, byte[] library, string? runtime)
    {
        if (runtime is null)
        {
            throw new NotSupportedException(
                $"There is no {CppRuntime}, the C++ runtime that TorchSharp needs. Install your system's package of it: libstdc++6 on Debian and "
                + "Ubuntu, libstdc++ on Fedora.");
        }

        var needed = SymbolVersions.NeededBy(new ElfImage(path, new MemoryStream(library)), CppRuntime);
        using var content = File.OpenRead(runtime);
        var defined = SymbolVersions.DefinedBy(new ElfImage(runtime, content));
        return [.. needed.Where(version => !version.IsWeak && !defined.Contains(version.Name))];
    }

    /// <summary>The library with those needs made weak, so that the loader accepts that they are missing.</summary>
    /// <inheritdoc cref="Lacking"/>
    /// <exception cref="NotSupportedException">The library uses something of a version that the runtime lacks.</exception>
    public static byte[] Adapt(string path, byte[] library, string runtime, IReadOnlyList<NeededVersion> lacking)
    {
        var used = SymbolVersions.UsedBy(new ElfImage(path, new MemoryStream(library)));
        if (lacking.Where(version => used.Contains(version.Number)).ToList() is { Count: > 0 } lost)
        {
            throw new NotSupportedException(
                $"The C++ runtime '{runtime}' is too old: it lacks {Names(lost)}, which '{path}' uses. Run the program on a system with libstdc++ 12 or newer, such "
                + "as Debian 12 or Ubuntu 22.04.");
        }

        var copy = library.ToArray();
        foreach (var version in lacking)
        {
            var flags = copy.AsSpan(checked((int)version.FlagsOffset), sizeof(ushort));
            BinaryPrimitives.WriteUInt16LittleEndian(flags, (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(flags) | SymbolVersions.Weak));
        }

        return copy;
    }

    // The copy's folder has no libtorch, so it must be in the process: the one that TorchSharp will ask for by the same name, for a
    // second one beside it would end the process.
    private static void LoadLibTorch(TorchFiles files)
    {
        var library = LoadedLibrary.Find(TorchFiles.Cpu);
        if (library == 0 && !NativeLibrary.TryLoad("torch_cpu", typeof(torch).Assembly, null, out library))
        {
            library = LoadedLibrary.Load(files.Find(TorchFiles.Cpu) ?? TorchFiles.Cpu);
        }

        if (LoadedLibrary.Find(TorchFiles.Torch) == 0)
        {
            LoadedLibrary.Load(Path.Combine(Path.GetDirectoryName(LoadedLibrary.PathOf(library))!, TorchFiles.Torch));
        }
    }

    private static string Names(IEnumerable<NeededVersion> versions) => string.Join(", ", versions.Select(version => version.Name));
}
