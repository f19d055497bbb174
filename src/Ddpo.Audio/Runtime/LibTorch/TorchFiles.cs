using System.Runtime.InteropServices;

namespace Ddpo.Audio.Runtime.LibTorch;

/// <summary>
/// The native files of TorchSharp on Linux, looked at before TorchSharp loads them: it would say less of what is wrong, write it to the
/// console, and a file that was cut off would end the process.
/// </summary>
/// <param name="folders">Where .NET looks for native files, in its order.</param>
/// <param name="isElsewhere">Whether a file that is in none of them will be found all the same.</param>
internal sealed class TorchFiles(IReadOnlyList<string> folders, Predicate<string> isElsewhere)
{
    /// <summary>TorchSharp's own native file, which the package TorchSharp brings.</summary>
    public const string Bridge = "libLibTorchSharp.so";

    /// <summary>libtorch, which the package brings that the program chooses.</summary>
    public const string Cpu = "libtorch_cpu.so", Torch = "libtorch.so", Core = "libc10.so";

    private const string
        Packages = "TorchSharp-cpu (or TorchSharp-cuda-linux)",
        Again = "Copy the whole folder, or build or publish the program again, with the package " + Packages + ".";

    private static readonly string[] s_needed = [Bridge, Cpu, Torch, Core];

    private static readonly string[] s_others =
    [
        "torch_cpu.dll", "libtorch_cpu.dylib", "runtimes/win-x64/native/torch_cpu.dll", "runtimes/osx-arm64/native/libtorch_cpu.dylib",
    ];

    /// <summary>The files of this program.</summary>
    public static TorchFiles OfThisProgram()
    {
        var listed = (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        var program = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        var torchSharp = Path.GetDirectoryName(typeof(torch).Assembly.Location); // empty in a program that is one file
        string[] folders = string.IsNullOrEmpty(torchSharp) ? [.. listed, program] : [.. listed, torchSharp, program];
        // A script or notebook has TorchSharp in the package cache, and TorchSharp gathers its files there by itself. Otherwise the
        // system's loader may know more, such as LD_LIBRARY_PATH, or a PyTorch installation's libtorch that the program has loaded.
        var gathers = !string.IsNullOrEmpty(torchSharp) && torchSharp != program;
        return new([.. folders.Select(Path.TrimEndingDirectorySeparator).Distinct()], name => gathers || NativeLibrary.TryLoad(name, out _));
    }

    /// <summary>The file that .NET finds under a name, if there is one.</summary>
    public string? Find(string name) => folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    /// <summary>Says what is wrong with the files, if anything is.</summary>
    /// <exception cref="NotSupportedException">They are absent, of another platform, damaged, or copied by half; the message says what to do.</exception>
    public void Check()
    {
        var found = s_needed.Select(Find).OfType<string>().ToArray();
        var missing = s_needed.Where(name => Find(name) is null && !isElsewhere(name)).ToArray();
        if (missing.Length > 0)
        {
            throw new NotSupportedException(Absence(string.Join(", ", missing), found));
        }

        foreach (var path in found)
        {
            CheckFile(path);
        }
    }

    /// <summary>Why the loader refuses the files, in its own words; null where it does not.</summary>
    public string? Refusal()
    {
        try
        {
            foreach (var path in s_needed.Reverse().Select(Find).OfType<string>())
            {
                LoadedLibrary.Load(path);
            }

            return null;
        }
        catch (DllNotFoundException exception)
        {
            return exception.Message;
        }
    }

    private string Absence(string missing, string[] found)
    {
        if (found.FirstOrDefault(path => Path.GetFileName(path) != Bridge) is { } some)
        {
            return $"The native files of TorchSharp were copied by half: '{some}' is there, and {missing} is missing. {Again}";
        }

        return OfOtherPlatform() is { } other
            ? $"'{other}' is libtorch for another platform; on Linux, TorchSharp needs {missing}. Build or publish the program with '-r linux-x64', and "
                + $"with the package {Packages}."
            : $"libtorch, which TorchSharp runs on, is not there: {missing} is missing in '{string.Join("', '", folders)}'. Add the package "
                + $"{Packages} to the program that uses Ddpo.Audio.";
    }

    private string? OfOtherPlatform() =>
        folders.SelectMany(folder => s_others.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);

    private static void CheckFile(string path)
    {
        try
        {
            ElfImage.Check(path);
        }
        catch (Exception exception) when (exception is BadImageFormatException or IOException or UnauthorizedAccessException)
        {
            throw new NotSupportedException(
                $"A native file of TorchSharp cannot be used: {exception.Message} {Again} Where that does not help, delete the package's folder in the "
                + "package cache first (dotnet nuget locals global-packages --list).",
                exception);
        }
    }
}
