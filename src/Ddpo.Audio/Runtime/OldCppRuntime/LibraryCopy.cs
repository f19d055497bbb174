using System.Runtime.Versioning;
using Ddpo.Audio.Runtime.LibTorch;

namespace Ddpo.Audio.Runtime.OldCppRuntime;

/// <summary>Loads a library that was made in memory: from the user's cache, else from a folder that lives as long as it takes.</summary>
[SupportedOSPlatform("linux")]
internal static class LibraryCopy
{
    /// <summary>Loads it.</summary>
    /// <param name="name">The file's name.</param>
    /// <param name="content">The library.</param>
    /// <param name="reason">Why a copy is needed.</param>
    /// <returns>The reason, and what was done.</returns>
    /// <exception cref="NotSupportedException">There is no folder to load it from; the message says what to do.</exception>
    public static string Load(string name, byte[] content, string reason)
    {
        if (Try(() => FromCache(name, content), out var cached) is not { } cacheFailure)
        {
            return $"{reason}: loaded an adapted copy of it, '{cached}'.";
        }

        if (Try(() => FromTemporaryFolder(name, content), out _) is not { } temporaryFailure)
        {
            return $"{reason}: loaded an adapted copy of it, made for this process alone because the cache cannot be used: {cacheFailure}";
        }

        throw new NotSupportedException(
            $"{reason}, and an adapted copy of it could not be loaded from the user's cache ({cacheFailure}) nor from "
            + $"'{Path.GetTempPath()}' ({temporaryFailure}). Set XDG_CACHE_HOME or TMPDIR to a folder of this user that can be written to and that programs may be "
            + "run from; or run the program on a system with libstdc++ 13.2 or newer, such as Debian 13 or Ubuntu 24.04.");
    }

    private static string FromCache(string name, byte[] content)
    {
        var path = UserCache.Put(UserCache.Folder, name, content);
        LoadedLibrary.Load(path);
        return path;
    }

    private static string FromTemporaryFolder(string name, byte[] content)
    {
        var folder = Directory.CreateTempSubdirectory("ddpo-audio-"); // of a random name, and closed to others
        try
        {
            var path = Path.Combine(folder.FullName, name);
            File.WriteAllBytes(path, content);
            LoadedLibrary.Load(path);
            return path;
        }
        finally
        {
            folder.Delete(recursive: true); // what is loaded stays
        }
    }

    private static string? Try(Func<string> load, out string path)
    {
        try
        {
            path = load();
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or DllNotFoundException)
        {
            path = "";
            return exception.Message;
        }
    }
}
