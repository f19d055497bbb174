namespace Ddpo.Audio.Hub;

/// <summary>A commit as the hub has it; what is not in the cache is downloaded, several files at once.</summary>
internal sealed class RemoteSnapshot(HubCache cache, HubSettings settings, HubClient client, HubName model, string commit, IReadOnlyList<string> files)
    : HubSnapshot(cache, commit)
{
    private const int AtOnce = 4;

    public override IReadOnlyList<string> Files => files;

    public override bool ListsAll => true;

    public override async Task GetAsync(IEnumerable<string> files, CancellationToken cancellationToken)
    {
        var missing = files.Distinct().Where(file => !Cache.Has(Commit, file)).ToList();
        if (missing.FirstOrDefault(file => !Files.Contains(file)) is { } unknown)
        {
            throw client.Errors.NoFile(unknown);
        }

        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
        var found = new HubFile[missing.Count];
        await Parallel.ForAsync(
            0, found.Length, options, async (i, stop) => found[i] = await client.DescribeAsync(Commit, missing[i], stop).ConfigureAwait(false)).ConfigureAwait(false);
        var transfer = new HubTransfer(model.Repository, found.Sum(file => file.Size ?? 0), settings.Progress);
        try
        {
            await Parallel.ForEachAsync(found, options, async (file, stop) => await GetAsync(file, transfer, stop).ConfigureAwait(false)).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or (IOException and not HubException and not HttpIOException))
        {
            throw new HubException(
                HubFailure.CacheNotWritable,
                $"'{model.Repository}' could not be written to the cache '{settings.CacheFolder}': {exception.Message} Check its permissions and the free space, "
                + "or name another folder (CacheFolder, or the environment variable HF_HUB_CACHE).",
                exception);
        }
    }

    private async Task GetAsync(HubFile file, HubTransfer transfer, CancellationToken cancellationToken)
    {
        using var held = await HubLock.TakeAsync(Cache.Lock(file.Etag), cancellationToken).ConfigureAwait(false);
        if (Cache.Has(Commit, file.Name))
        {
            transfer.Add(file.Name, file.Size ?? 0); // who held the lock before was at the same
            return;
        }

        var blob = new FileInfo(Cache.Blob(file.Etag));
        var isNew = !blob.Exists || (file.Size is { } size && blob.Length != size);
        if (isNew)
        {
            await new HubDownload(client, settings, transfer, Commit, file).RunAsync(blob.FullName, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            transfer.Add(file.Name, blob.Length);
        }

        Cache.Link(Commit, file, isNew);
    }
}
