namespace Ddpo.Audio.Checkpoints;

/// <summary>The checkpoints of a training run.</summary>
/// <param name="run">The run's folder.</param>
internal sealed class CheckpointFolders(string run) : EpochFolders(Path.Combine(run, Name))
{
    /// <summary>The folder's name in a run's folder.</summary>
    public const string Name = "checkpoints";

    private readonly string _root = Path.Combine(run, Name);

    /// <summary>Removes all but the newest.</summary>
    public void Keep(int count)
    {
        foreach (var (_, folder) in All.Skip(count))
        {
            SealedFolder.Remove(folder);
        }

        SealedFolder.RemovePartial(_root);
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
}
