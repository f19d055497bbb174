using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using Ddpo.Audio.Checkpoints;

namespace Ddpo.Audio.Runtime.OldCppRuntime;

/// <summary>Files in the user's cache folder that nobody else can change, named by their content.</summary>
[SupportedOSPlatform("linux")]
internal static partial class UserCache
{
    private const UnixFileMode
        Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
        WritableByOthers = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    /// <summary>The user's cache folder, by the XDG base directory rules; null where there is no home folder.</summary>
    public static string? Folder =>
        Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } set && Path.IsPathFullyQualified(set) ? set
        : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) is { Length: > 0 } home ? Path.Combine(home, ".cache")
        : null;

    /// <summary>Makes sure that a file is in the cache, whole, and returns its path. Several processes may do so at once.</summary>
    /// <param name="cache">The user's cache folder; null where there is none.</param>
    /// <param name="name">The file's name.</param>
    /// <param name="content">What it must hold. What it holds instead is replaced.</param>
    /// <exception cref="IOException">The file cannot be put there, or somebody else could change it; the message says which folder it is about.</exception>
    /// <exception cref="CheckpointException">The file cannot be written.</exception>
    public static string Put(string? cache, string name, byte[] content)
    {
        var folder = cache ?? throw new IOException("There is no home folder.");
        Make(folder, UnixFileMode.OtherWrite);
        foreach (var part in new[] { "ddpo-audio", "native", Convert.ToHexStringLower(SHA256.HashData(content)) })
        {
            folder = Path.Combine(folder, part);
            Make(folder, WritableByOthers);
        }

        var path = Path.Combine(folder, name);
        if (!Holds(path, content))
        {
            AtomicFile.Write(path, stream => stream.Write(content));
            if (!Holds(path, content))
            {
                throw new IOException($"'{path}' does not hold what was just written to it.");
            }
        }

        return path;
    }

    private static void Make(string folder, UnixFileMode forbidden)
    {
        try
        {
            Directory.CreateDirectory(folder, Private);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"'{folder}' cannot be made: {exception.Message}", exception);
        }

        if (!IsOwn(folder) || (File.GetUnixFileMode(folder) & forbidden) != 0)
        {
            throw new IOException($"'{folder}' is not this user's alone, so others could change what is in it.");
        }
    }

    private static bool Holds(string path, byte[] content)
    {
        var file = new FileInfo(path);
        return file.Exists && file.LinkTarget is null && file.Length == content.Length && IsOwn(path) && File.ReadAllBytes(path).AsSpan().SequenceEqual(content);
    }

    private static bool IsOwn(string path)
    {
        const int here = -100, owner = 8, offsetOfOwner = 20; // AT_FDCWD, STATX_UID, stx_uid
        Span<byte> facts = stackalloc byte[256];
        return statx(here, path, 0, owner, facts) == 0 && BinaryPrimitives.ReadUInt32LittleEndian(facts[offsetOfOwner..]) == geteuid();
    }

    [LibraryImport("libc.so.6", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int folder, string path, int flags, uint what, Span<byte> facts);

    [LibraryImport("libc.so.6")]
    private static partial uint geteuid();
}
