namespace Ddpo.Audio.Checkpoints;

/// <summary>The best weights of a training run, in a folder that is named by the epochs done.</summary>
/// <param name="run">The run's folder.</param>
internal sealed class BestFolders(string run) : EpochFolders(Path.Combine(run, Name))
{
    /// <summary>The folder's name in a run's folder.</summary>
    public const string Name = "best";

    private readonly string _root = Path.Combine(run, Name);

    /// <summary>Has the weights after so many epochs there and no others, the new ones before the old ones go.</summary>
    /// <param name="epochs">Epochs done.</param>
    /// <param name="fill">Writes the weights into a folder; not called when they are there.</param>
    /// <exception cref="CheckpointException">They could not be written; those before are intact.</exception>
    public void Keep(int epochs, Action<string> fill)
    {
        if (!IsWhole(this[epochs]))
        {
            SealedFolder.Write(this[epochs], fill);
        }

        foreach (var (_, folder) in All.Where(best => best.Epochs != epochs))
        {
            SealedFolder.Remove(folder);
        }

        SealedFolder.RemovePartial(_root);
    }

    /// <summary>Removes what is there: it is not of the run as it goes on.</summary>
    public void Clear()
    {
        foreach (var (_, folder) in All)
        {
            SealedFolder.Remove(folder);
        }
    }

    private static bool IsWhole(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return false;
        }

        try
        {
            SealedFolder.Verify(folder);
            return true;
        }
        catch (CheckpointException)
        {
            SealedFolder.Remove(folder); // damaged, and about to be written anew
            return false;
        }
    }
}
