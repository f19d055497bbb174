using System.Globalization;

namespace Ddpo.Audio.Checkpoints;

/// <summary>Folders named by epochs done: checkpoints, samples, validation clips.</summary>
/// <param name="root">The folder that they are in.</param>
internal class EpochFolders(string root)
{
    private const string Prefix = "epoch-";

    /// <summary>The folder of one epoch.</summary>
    public string this[int epochs] => Path.Combine(root, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{epochs:0000}"));

    /// <summary>What is there, the newest first.</summary>
    public IReadOnlyList<(int Epochs, string Folder)> All => !Directory.Exists(root) ? [] :
    [
        .. Directory.GetDirectories(root, Prefix + "*")
            .Select(folder => (Epochs: EpochsOf(Path.GetFileName(folder)), Folder: folder))
            .Where(entry => entry.Epochs is not null)
            .Select(entry => (entry.Epochs!.Value, entry.Folder))
            .OrderDescending(),
    ];

    private static int? EpochsOf(string name) =>
        int.TryParse(name.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var epochs) ? epochs : null;
}
