using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Training.Observers;

namespace Ddpo.Audio.Training.Session;

/// <summary>A run as it was between two epochs, in a folder: all that is needed to go on as if it had never stopped.</summary>
/// <param name="Folder">Holds the trained weights, the optimizer's moments, and the files that this class reads and writes.</param>
/// <param name="State">What the session remembered.</param>
/// <param name="History">What the epochs until then measured.</param>
internal sealed record TrainingCheckpoint(string Folder, SessionState State, IReadOnlyList<DdpoEpoch> History)
{
    private const string StateName = "trainer_state.json";

    /// <summary>Writes a checkpoint, whole or not at all.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="state">What the session remembers.</param>
    /// <param name="history">What the epochs measured.</param>
    /// <param name="writeTensors">Writes weights and moments into a folder.</param>
    /// <exception cref="CheckpointException">It could not be written.</exception>
    public static void Write(string folder, SessionState state, IReadOnlyList<DdpoEpoch> history, Action<string> writeTensors) =>
        SealedFolder.Write(folder, partial =>
        {
            writeTensors(partial);
            AtomicFile.Write(Path.Combine(partial, StateName), stream => RunJson.Write(stream, state));
            MetricsFile.Write(Path.Combine(partial, MetricsFile.Name), history);
        });

    /// <summary>Reads a checkpoint, after its files were compared with what was written.</summary>
    /// <exception cref="CheckpointException">A file is missing or damaged, or of another version.</exception>
    public static TrainingCheckpoint Read(string folder)
    {
        SealedFolder.Verify(folder);
        var state = CheckpointJson.Read<SessionState>(Path.Combine(folder, StateName));
        return state.Format is >= SessionState.OldestFormat and <= SessionState.CurrentFormat
            ? new TrainingCheckpoint(folder, state, MetricsFile.Read(Path.Combine(folder, MetricsFile.Name)))
            : throw new CheckpointException(
                $"The checkpoint '{folder}' has format {state.Format}, and this version goes on with formats {SessionState.OldestFormat} to "
                + $"{SessionState.CurrentFormat} only. Go on with the version that wrote it; its adapter can be used as it is.");
    }
}
