using Ddpo.Audio.Hub;

namespace Ddpo.Audio.Rewards.Emopia;

/// <summary>The files of a hub's model that EMOPIA loads.</summary>
internal static class EmopiaFiles
{
    /// <summary>The path of the checkpoint.</summary>
    public static Task<string> LocateAsync(string model, EmopiaRewardOptions options, CancellationToken cancellationToken) =>
        HubModel.LocateAsync(model, options.Hub, GetAsync, options.CreateLogger(), cancellationToken);

    private static async Task<string> GetAsync(HubSnapshot snapshot, HubName name, CancellationToken cancellationToken)
    {
        var file = name.Path is { } path && !snapshot.HasFolder(path) ? path : HubFolders.In(name.Path, EmopiaClassifier.FileName);
        var settings = HubFolders.In(file[..Math.Max(0, file.LastIndexOf('/'))], EmopiaHparams.FileName);
        await snapshot.GetAsync(snapshot.Files.Contains(settings) ? [file, settings] : [file], cancellationToken).ConfigureAwait(false);
        return snapshot.PathOf(file);
    }
}
