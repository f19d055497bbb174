using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Hub;

namespace Ddpo.Audio.Pipelines;

/// <summary>The files of a hub's model that a pipeline loads.</summary>
internal static class AudioLdm2Files
{
    /// <summary>Gets them, and says where they are. A model of another kind is refused before its weights are downloaded.</summary>
    public static async Task<string> GetAsync(HubSnapshot snapshot, string? path, string? variant, CancellationToken cancellationToken)
    {
        await snapshot.GetAsync([HubFolders.In(path, ModelIndex.FileName)], cancellationToken).ConfigureAwait(false);
        var folder = snapshot.PathOf(path);
        AudioLdm2Components.CheckClasses(ModelIndex.Read(folder));
        await HubFolders.GetAsync(
            snapshot,
            [.. AudioLdm2Components.Models.Select(name => HubFolders.In(path, name))],
            [.. AudioLdm2Components.Others.Select(name => HubFolders.In(path, name))],
            variant,
            cancellationToken).ConfigureAwait(false);
        return folder;
    }
}
