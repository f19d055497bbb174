namespace Ddpo.Audio.Hub;

/// <summary>What the cache has of a commit, and no more.</summary>
internal sealed class CachedSnapshot(HubCache cache, HubSettings settings, HubName model, string commit) : HubSnapshot(cache, commit)
{
    public override IReadOnlyList<string> Files { get; } = cache.Files(commit);

    public override bool ListsAll => false;

    public override Task GetAsync(IEnumerable<string> files, CancellationToken cancellationToken)
    {
        var missing = files.Where(file => !Cache.Has(Commit, file)).ToList();
        return missing.Count == 0 ? Task.CompletedTask : throw new HubException(
            HubFailure.NotInCache,
            $"{string.Join(", ", missing)} of '{model.Repository}' {(missing.Count == 1 ? "is" : "are")} not in the cache '{settings.CacheFolder}' at commit {Commit}. "
            + "Load the model once with a connection (Offline and HF_HUB_OFFLINE off), or copy the cache of a machine that has it.");
    }
}
