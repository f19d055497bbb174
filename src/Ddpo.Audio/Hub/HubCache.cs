using Ddpo.Audio.Checkpoints;

namespace Ddpo.Audio.Hub;

/// <summary>
/// One model in the cache, laid out as by Python's huggingface_hub: <c>blobs</c> has contents by their etags, <c>snapshots</c> a folder for each commit with links
/// to them (or copies), and <c>refs</c> the commits that branches and tags were at.
/// </summary>
internal sealed class HubCache(HubSettings settings, string repository)
{
    private readonly string _name = "models--" + repository.Replace("/", "--", StringComparison.Ordinal);

    private string Folder => Path.Combine(settings.CacheFolder, _name);

    /// <summary>The folder of a commit.</summary>
    public string Snapshot(string commit) => Path.Combine(Folder, "snapshots", commit);

    /// <summary>The content of this etag.</summary>
    public string Blob(string etag) => Path.Combine(Folder, "blobs", etag);

    /// <summary>The lock of the content of this etag.</summary>
    public string Lock(string etag) => Path.Combine(settings.CacheFolder, ".locks", _name, etag + ".lock");

    /// <summary>The commit that a revision was at when it was last downloaded, if its snapshot is here.</summary>
    public string? FindCommit(string revision)
    {
        var commit = HubName.IsCommit(revision) ? revision : ReadRef(revision);
        return commit is not null && Directory.Exists(Snapshot(commit)) ? commit : null;
    }

    /// <summary>Notes where a branch or tag is.</summary>
    public void WriteRef(string revision, string commit)
    {
        if (revision != commit && ReadRef(revision) != commit)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Ref(revision))!);
            AtomicFile.Write(Ref(revision), stream => stream.Write(System.Text.Encoding.ASCII.GetBytes(commit)));
        }
    }

    /// <summary>The names of the files in a snapshot.</summary>
    public IReadOnlyList<string> Files(string commit)
    {
        var folder = Snapshot(commit);
        return !Directory.Exists(folder) ? [] :
        [
            .. Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Where(IsThere)
                .Select(path => Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/')).Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>Whether a snapshot has a file, and not just a link to a blob that was removed.</summary>
    public bool Has(string commit, string file) => IsThere(PathOf(commit, file));

    /// <summary>Puts a blob into a snapshot: by a link, or where there are none, by moving a new blob there or copying one that others may use.</summary>
    public void Link(string commit, HubFile file, bool isNew)
    {
        var (path, blob) = (PathOf(commit, file.Name), Blob(file.Etag));
        var folder = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(folder);
        if (new FileInfo(path).LinkTarget is not null)
        {
            File.Delete(path); // leads nowhere, or it would not have come to this
        }

        if (settings.MakesLinks && TryLink(path, Path.GetRelativePath(folder, blob)))
        {
            return;
        }

        if (isNew)
        {
            File.Move(blob, path, overwrite: true);
        }
        else
        {
            using var content = File.OpenRead(blob);
            AtomicFile.Write(path, content.CopyTo);
        }
    }

    private static bool IsThere(string path) => new FileInfo(path) is { LinkTarget: not null } link
        ? link.ResolveLinkTarget(returnFinalTarget: true)?.Exists == true
        : File.Exists(path);

    // Windows lets only some users make links, and some file systems have none.
    private static bool TryLink(string path, string target)
    {
        try
        {
            File.CreateSymbolicLink(path, target);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or PlatformNotSupportedException)
        {
            return new FileInfo(path).LinkTarget == target; // another process was faster
        }
    }

    private string PathOf(string commit, string file) => Path.Combine([Snapshot(commit), .. file.Split('/')]);

    private string Ref(string revision) => Path.Combine([Folder, "refs", .. revision.Split('/')]);

    private string? ReadRef(string revision) =>
        File.Exists(Ref(revision)) && File.ReadAllText(Ref(revision)).Trim() is var commit && HubName.IsCommit(commit) ? commit : null;
}
