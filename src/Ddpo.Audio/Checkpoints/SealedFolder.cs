using System.Security.Cryptography;
using System.Text.Json;

namespace Ddpo.Audio.Checkpoints;

/// <summary>
/// A folder of files that appears whole or not at all, with the size and the SHA-256 of each file, so that damage is seen before
/// anything is made of it.
/// </summary>
internal static class SealedFolder
{
    /// <summary>The file that lists the others.</summary>
    public const string ManifestName = "checkpoint.json";

    private const string Partial = ".partial";

    /// <summary>Lets <paramref name="fill"/> write files into a folder beside, seals it, and gives it its name.</summary>
    /// <exception cref="CheckpointException">It could not be written, or is there already; nothing of the attempt is left.</exception>
    public static void Write(string folder, Action<string> fill)
    {
        var partial = folder + Partial;
        try
        {
            Delete(partial); // left by a process that was killed
            Directory.CreateDirectory(partial);
            fill(partial);
            var files = Directory.GetFiles(partial).Order(StringComparer.Ordinal).ToDictionary(
                path => Path.GetFileName(path), SealedFile.Of, StringComparer.Ordinal);
            AtomicFile.Write(Path.Combine(partial, ManifestName), stream => JsonSerializer.Serialize(stream, new Manifest(files), CheckpointJson.Options));
            if (Directory.Exists(folder))
            {
                throw new IOException("it is there already.");
            }

            Directory.Move(partial, folder);
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or (IOException and not CheckpointException))
        {
            throw new CheckpointException(
                $"The checkpoint '{folder}' could not be written; those before it are as they were: {exception.Message} "
                + "Check the folder, its permissions and the free space.",
                exception);
        }
        finally
        {
            TryDelete(partial);
        }
    }

    /// <summary>Compares every file with what it was when the folder was written.</summary>
    /// <exception cref="CheckpointException">Files are missing or were changed; all are named.</exception>
    public static void Verify(string folder)
    {
        var files = CheckpointJson.Read<Manifest>(Path.Combine(folder, ManifestName)).Files;
        var problems = files.Select(file => Problem(folder, file.Key, file.Value)).OfType<string>().ToList();
        if (problems.Count > 0)
        {
            throw new CheckpointException(
                $"The checkpoint '{folder}' is damaged: {string.Join("; ", problems)}. Copy it again, or go on from another one.");
        }
    }

    /// <summary>Removes a folder, which is never seen without some of its files.</summary>
    public static void Remove(string folder)
    {
        Delete(folder + Partial);
        Directory.Move(folder, folder + Partial);
        Delete(folder + Partial);
    }

    /// <summary>Removes what a process that was killed has left in <paramref name="root"/>.</summary>
    public static void RemovePartial(string root)
    {
        foreach (var folder in Directory.GetDirectories(root, "*" + Partial))
        {
            Delete(folder);
        }
    }

    private static string? Problem(string folder, string name, SealedFile expected)
    {
        var path = Path.Combine(folder, name);
        if (name != Path.GetFileName(name) || !File.Exists(path))
        {
            return $"'{name}' is missing";
        }

        var length = new FileInfo(path).Length;
        return length != expected.Bytes ? $"'{name}' has {length} bytes, expected {expected.Bytes}"
            : SealedFile.Of(path) != expected ? $"the content of '{name}' was changed"
            : null;
    }

    private static void Delete(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void TryDelete(string folder)
    {
        try
        {
            Delete(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The next write of this folder deletes it; what went wrong first is the one to report.
        }
    }

    private sealed record Manifest(IReadOnlyDictionary<string, SealedFile> Files);

    private sealed record SealedFile(long Bytes, string Sha256)
    {
        public static SealedFile Of(string path)
        {
            using var stream = File.OpenRead(path);
            return new SealedFile(stream.Length, Convert.ToHexStringLower(SHA256.HashData(stream)));
        }
    }
}
