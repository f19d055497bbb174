using Microsoft.Extensions.Options;

namespace Ddpo.Audio.Samples;

/// <summary>An adapter that can be chosen.</summary>
/// <param name="Id">What a request names it by.</param>
/// <param name="Run">The run that it is of.</param>
/// <param name="Name">Which of the run's it is.</param>
/// <param name="Written">When it was written.</param>
/// <param name="Ending">How its run ended, where the studio knows.</param>
internal sealed record AdapterInfo(string Id, string Run, string Name, DateTimeOffset Written, RunEnding? Ending = null);

/// <summary>The adapters below the folder of runs.</summary>
/// <remarks>
/// An id looks like a path and never becomes one: it is compared with those of the adapters that are there. Links are not followed.
/// </remarks>
internal sealed class AdapterLibrary(IOptions<StudioOptions> options, RunEnds ends)
{
    private const string FileName = "pytorch_lora_weights.safetensors";

    private static readonly EnumerationOptions s_search = new()
    {
        RecurseSubdirectories = true,
        MaxRecursionDepth = 5,
        AttributesToSkip = FileAttributes.ReparsePoint | FileAttributes.Hidden,
        IgnoreInaccessible = true,
    };

    private readonly string _root = Path.GetFullPath(options.Value.Runs);

    /// <summary>All adapters, the newest first.</summary>
    public IReadOnlyList<AdapterInfo> List() => [.. Find().OrderByDescending(file => file.LastWriteTimeUtc).Select(ToInfo)];

    /// <summary>The folder of an adapter; <see langword="null"/> if there is none of that id.</summary>
    public string? FolderOf(string id) => Find().FirstOrDefault(file => IdOf(file) == id)?.DirectoryName;

    /// <summary>The id of an adapter, by its file.</summary>
    public string IdOf(FileInfo file) => Path.GetRelativePath(_root, file.DirectoryName!).Replace(Path.DirectorySeparatorChar, '/');

    // A checkpoint that is being written has another name until it is whole.
    private IEnumerable<FileInfo> Find() => !Directory.Exists(_root) ? [] : new DirectoryInfo(_root).EnumerateFiles(FileName, s_search)
        .Where(file => !file.DirectoryName!.EndsWith(".partial", StringComparison.Ordinal));

    private AdapterInfo ToInfo(FileInfo file)
    {
        var id = IdOf(file);
        var parts = id.Split('/').Where(part => part != "checkpoints").ToArray();
        return new AdapterInfo(id, parts[0], parts.Length > 1 ? string.Join('/', parts[1..]) : parts[0], file.LastWriteTimeUtc, ends.Of(parts[0]));
    }
}
