using Ddpo.Audio.Adapters;
using Ddpo.Audio.Hub;
using Microsoft.Extensions.Logging;

namespace Ddpo.Audio.Pipelines;

/// <summary>The files of an adapter, which may be given by its name on the hub.</summary>
internal static class AdapterFiles
{
    /// <summary>Gets them, and says which path to read.</summary>
    /// <param name="adapter">The path, or the name.</param>
    /// <param name="options">The model's, of which all but the revision is the adapter's, too.</param>
    /// <param name="logger">Told when the cache has to do.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static Task<string> LocateAsync(string adapter, HubOptions options, ILogger logger, CancellationToken cancellationToken)
    {
        options = options.Copy();
        options.Revision = new HubOptions().Revision;
        return HubModel.LocateAsync(adapter, options, GetAsync, logger, cancellationToken);
    }

    private static async Task<string> GetAsync(HubSnapshot snapshot, HubName name, CancellationToken cancellationToken)
    {
        var path = name.Path ?? "";
        var isFile = path.Length > 0 && !snapshot.HasFolder(path);
        var folder = isFile ? path[..Math.Max(0, path.LastIndexOf('/'))] : path;
        var weights = isFile ? path
            : LoraFile.Names.Select(file => HubFolders.In(folder, file)).FirstOrDefault(snapshot.Files.Contains)
                ?? HubFolders.In(folder, LoraFile.FileName); // says that it is not there
        var settings = HubFolders.In(folder, PeftConfig.FileName);
        await snapshot.GetAsync(snapshot.Files.Contains(settings) ? [weights, settings] : [weights], cancellationToken).ConfigureAwait(false);
        return snapshot.PathOf(weights);
    }
}
