namespace Ddpo.Audio.Hub;

/// <summary>A model's files at one commit, in the cache or still to be downloaded.</summary>
internal abstract class HubSnapshot(HubCache cache, string commit)
{
    /// <summary>The commit.</summary>
    public string Commit => commit;

    /// <summary>Where the files lie that <see cref="GetAsync"/> was asked for.</summary>
    public string Folder => cache.Snapshot(commit);

    /// <summary>The names of the files that there are, with slashes.</summary>
    public abstract IReadOnlyList<string> Files { get; }

    /// <summary>Whether <see cref="Files"/> are all that the commit has.</summary>
    public abstract bool ListsAll { get; }

    protected HubCache Cache => cache;

    /// <summary>The path of a file or folder, or of the whole.</summary>
    public string PathOf(string? name) => name is null ? Folder : Path.Combine([Folder, .. name.Split('/')]);

    /// <summary>Whether there is a folder of this name.</summary>
    public bool HasFolder(string name) => Files.Any(file => file.StartsWith(name + "/", StringComparison.Ordinal));

    /// <summary>Sees to it that files are in the folder.</summary>
    /// <param name="files">Their names.</param>
    /// <param name="cancellationToken">Stops it; what was downloaded is kept.</param>
    /// <exception cref="HubException">One cannot be had.</exception>
    public abstract Task GetAsync(IEnumerable<string> files, CancellationToken cancellationToken);
}
