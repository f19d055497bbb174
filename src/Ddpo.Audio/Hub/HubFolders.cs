using Ddpo.Audio.Checkpoints;

namespace Ddpo.Audio.Hub;

/// <summary>Gets the folders of models, each with its settings and, of all the files that its weights may be in, the one that is loaded.</summary>
internal static class HubFolders
{
    private static readonly string[] s_settings = [".json", ".txt", ".model"]; // also vocabularies

    /// <summary>Gets folders, without the folders in them.</summary>
    /// <param name="snapshot">Where from.</param>
    /// <param name="weighed">Folders of models with weights; an empty text is the snapshot's own.</param>
    /// <param name="others">Folders without weights, such as tokenizers.</param>
    /// <param name="variant">Which weights to prefer.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="HubException">There is a model without weights, or none has any of the variant.</exception>
    public static async Task GetAsync(
        HubSnapshot snapshot, IReadOnlyList<string> weighed, IReadOnlyList<string> others, string? variant, CancellationToken cancellationToken)
    {
        var weights = weighed.Select(folder => FindWeights(snapshot, folder, variant) ?? In(folder, "*.safetensors")).ToList(); // the last to be named by the error
        if (variant is not null && !weights.Any(file => ComponentFolder.IsOfVariant(file, variant)))
        {
            weights = [$"*.{variant}.safetensors"];
        }

        await snapshot.GetAsync(
            [.. weights, .. weighed.Select(folder => In(folder, "config.json")), .. weighed.Concat(others).SelectMany(folder => SettingsIn(snapshot, folder))],
            cancellationToken).ConfigureAwait(false);
        await snapshot.GetAsync(
            weights.Where(ShardedSource.IsIndex).SelectMany(index =>
                ShardedSource.FilesOf(snapshot.PathOf(index)).Select(shard => In(index[..Math.Max(0, index.LastIndexOf('/'))], shard))).ToList(),
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The file of weights that would be loaded from a folder; null when it has none.</summary>
    public static string? FindWeights(HubSnapshot snapshot, string folder, string? variant) =>
        ComponentFolder.ChooseWeights(name => snapshot.Files.Contains(In(folder, name)), variant) is { } file
            && (snapshot.ListsAll || variant is not null || !ComponentFolder.IsOfVariant(file, "fp16")) // those in full precision may just not have been downloaded
            ? In(folder, file)
            : null;

    /// <summary>The files of a folder that are neither weights nor in a folder of their own.</summary>
    public static IEnumerable<string> SettingsIn(HubSnapshot snapshot, string folder) => snapshot.Files.Where(file =>
        FolderOf(file) == folder && s_settings.Any(end => file.EndsWith(end, StringComparison.Ordinal)) && !ShardedSource.IsIndex(file));

    /// <summary>A file's name with its folder's.</summary>
    public static string In(string? folder, string file) => string.IsNullOrEmpty(folder) ? file : $"{folder}/{file}";

    private static string FolderOf(string file) => file[..Math.Max(0, file.LastIndexOf('/'))];
}
