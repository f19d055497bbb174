using Ddpo.Audio.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Ddpo.Audio.Hub;

/// <summary>Finds the files of a model that is given by a path or by its name on the hub.</summary>
internal static class HubModel
{
    /// <summary>Gets the files of a model that are needed, and says which path to load.</summary>
    /// <param name="snapshot">The files that there are.</param>
    /// <param name="model">The model, with the file or folder that was named in it.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public delegate Task<string> Choice(HubSnapshot snapshot, HubName model, CancellationToken cancellationToken);

    /// <summary>Whether a text names a model on the hub: it could, and nothing on this machine has it as its path.</summary>
    public static bool IsName(string text) => !Path.Exists(text) && HubName.Parse(text) is not null;

    /// <summary>The path of a model: the text itself if that exists or cannot be a name, else where the hub's files are.</summary>
    /// <param name="text">A path, or a name such as <c>owner/name</c> or <c>owner/name/file</c>.</param>
    /// <param name="options">Where to look, and how.</param>
    /// <param name="choose">Gets what is needed.</param>
    /// <param name="logger">Told when the cache has to do.</param>
    /// <param name="cancellationToken">Stops it; what was downloaded is kept.</param>
    /// <exception cref="HubException">It is neither here nor to be had.</exception>
    /// <exception cref="CheckpointException">It is neither here nor a name.</exception>
    public static async Task<string> LocateAsync(string text, HubOptions options, Choice choose, ILogger logger, CancellationToken cancellationToken)
    {
        if (Path.Exists(text))
        {
            return text;
        }

        if (HubName.Parse(text) is not { } model)
        {
            throw new CheckpointException(
                $"There is no file or folder '{text}'. Check the path; or name a model of the hub as owner/name, such as cvssp/audioldm2-music, which this is not.");
        }

        try
        {
            return await GetAsync(model, HubSettings.Of(options, HubEnvironment.Current), choose, logger, cancellationToken).ConfigureAwait(false);
        }
        catch (HubException exception)
        {
            throw new HubException(
                exception.Failure, $"There is no file or folder '{text}' here, so it was taken for the name of a model on the hub. {exception.Message}", exception);
        }
    }

    /// <summary>The path of a model on the hub.</summary>
    public static async Task<string> GetAsync(HubName model, HubSettings settings, Choice choose, ILogger logger, CancellationToken cancellationToken)
    {
        var cache = new HubCache(settings, model.Repository);
        var cached = cache.FindCommit(settings.Revision) is { } here ? new CachedSnapshot(cache, settings, model, here) : null;
        if (settings.IsOffline)
        {
            return await choose(cached ?? throw NotInCache(model, settings), model, cancellationToken).ConfigureAwait(false);
        }

        if (cached is not null && HubName.IsCommit(settings.Revision)
            && await TryAsync(cached, model, choose, cancellationToken).ConfigureAwait(false) is { } known)
        {
            return known;
        }

        using var client = new HubClient(settings, model.Repository);
        RemoteSnapshot remote;
        try
        {
            var (commit, files) = await client.ListAsync(isPatient: cached is null, cancellationToken).ConfigureAwait(false);
            remote = new(cache, settings, client, model, commit, files);
        }
        catch (HubException exception) when (cached is not null && exception.Failure is HubFailure.Unreachable or HubFailure.ServerError or HubFailure.RateLimited)
        {
            var path = await TryAsync(cached!, model, choose, cancellationToken).ConfigureAwait(false);
            if (path is null)
            {
                throw;
            }

            Log.TakenFromCache(logger, model.Repository, cached!.Commit, exception.Message);
            return path;
        }

        var found = await choose(remote, model, cancellationToken).ConfigureAwait(false);
        cache.WriteRef(settings.Revision, remote.Commit); // not before all is there: what was whole stays so
        return found;
    }

    /// <summary>The path if the cache has all that is needed, else null.</summary>
    private static async Task<string?> TryAsync(CachedSnapshot cached, HubName model, Choice choose, CancellationToken cancellationToken)
    {
        try
        {
            return await choose(cached, model, cancellationToken).ConfigureAwait(false);
        }
        catch (HubException exception) when (exception.Failure is HubFailure.NotInCache)
        {
            return null;
        }
    }

    private static HubException NotInCache(HubName model, HubSettings settings) => new(
        HubFailure.NotInCache,
        $"'{model.Repository}' at '{settings.Revision}' is not in the cache '{settings.CacheFolder}', and nothing may be downloaded (Offline, or the environment variable HF_HUB_OFFLINE). "
        + "Load the model once with a connection, or copy the cache of a machine that has it.");
}
