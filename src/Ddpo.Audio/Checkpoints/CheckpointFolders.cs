using System.Globalization;

namespace Ddpo.Audio.Checkpoints;

/// <summary>The checkpoints of a training run: folders named by epochs done.</summary>
/// <param name="root">The folder that they are in.</param>
internal sealed class CheckpointFolders(string root)
{
    /// <summary>The folder's name in a run's folder.</summary>
    public const string Name = "checkpoints";

    private const string Prefix = "epoch-";

    /// <summary>The name of everything that is kept for an epoch.</summary>
    public static string NameOf(int epochs) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{epochs:0000}");

    /// <summary>The folder of one checkpoint.</summary>
    public string this[int epochs] => Path.Combine(root, NameOf(epochs));

    /// <summary>What is there, the newest first.</summary>
    public IReadOnlyList<(int Epochs, string Folder)> All => !Directory.Exists(root) ? [] :
    [
        .. Directory.GetDirectories(root, Prefix + "*")
            .Select(folder => (Epochs: EpochsOf(Path.GetFileName(folder)), Folder: folder))
            .Where(checkpoint => checkpoint.Epochs is not null)
            .Select(checkpoint => (checkpoint.Epochs!.Value, checkpoint.Folder))
            .OrderDescending(),
    ];

    /// <summary>Removes all but the newest.</summary>
    public void Keep(int count)
    {
        foreach (var (_, folder) in All.Skip(count))
        {
            SealedFolder.Remove(folder);
        }

        SealedFolder.RemovePartial(root);
    }

    /// <summary>Renames those after so many epochs, which cannot be read, so that the run can write its own in their place.</summary>
    public void SetAside(int after)
    {
        foreach (var (_, folder) in All.Where(checkpoint => checkpoint.Epochs > after))
        {
            var aside = folder + ".damaged";
            if (Directory.Exists(aside))
            {
                Directory.Delete(aside, recursive: true);
            }

            Directory.Move(folder, aside);
        }
    }

    private static int? EpochsOf(string name) =>
        int.TryParse(name.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var epochs) ? epochs : null;
}
