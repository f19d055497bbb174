using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Training.Observers;

namespace Ddpo.Audio.Training.Session;

/// <summary>A folder has one run, and no run is lost to another by mistake.</summary>
internal static class RunFolderRules
{
    /// <summary>The file with the run's settings.</summary>
    public const string SettingsName = "settings.json";

    private static readonly string[] s_files = [SettingsName, MetricsFile.Name, ValidationFile.Name, "report.html", "events.out.tfevents.*"];
    private static readonly string[] s_folders = [CheckpointFolders.Name, BestFolders.Name, "samples", "validation"];

    /// <summary>Throws when the folder has a run that must not be mixed with what begins.</summary>
    /// <exception cref="InvalidOperationException">The message says how to go on.</exception>
    public static void ThrowIfTaken(string root, CheckpointFolders checkpoints, CheckpointOptions options, TrainingCheckpoint? from)
    {
        var newest = checkpoints.All.Select(checkpoint => checkpoint.Epochs).FirstOrDefault();
        if (from is null)
        {
            // Nothing was found to resume: what an earlier process left before its first checkpoint can be made again.
            var mayClear = options.Overwrite || (options.ResumeFrom == CheckpointOptions.Latest && newest == 0);
            if (!mayClear && (newest > 0 || File.Exists(Path.Combine(root, MetricsFile.Name)) || File.Exists(Path.Combine(root, SettingsName))))
            {
                throw new InvalidOperationException(
                    $"The folder '{root}' has a run already ({(newest > 0 ? $"its newest checkpoint is after epoch {newest}" : "without checkpoints")}). "
                    + "Go on with it (ResumeFrom = \"latest\"), remove it (Overwrite = true), or choose another Directory.");
            }

            return;
        }

        if (options.ResumeFrom == CheckpointOptions.Latest)
        {
            return; // later ones, if any, cannot be read
        }

        var isSameRun = Path.GetFullPath(from.Folder) == Path.GetFullPath(checkpoints[from.State.Epochs]);
        if (newest > from.State.Epochs || (!isSameRun && newest > 0))
        {
            throw new InvalidOperationException(
                $"The run in '{root}' has a checkpoint after epoch {newest}, which going on from '{from.Folder}' would contradict. "
                + "Choose another Directory for the run that goes on from there, or remove the later checkpoints.");
        }
    }

    /// <summary>Removes the files of a run, and no others.</summary>
    public static void Clear(string root)
    {
        foreach (var file in s_files.SelectMany(pattern => Directory.GetFiles(root, pattern)))
        {
            File.Delete(file);
        }

        foreach (var folder in s_folders.Select(name => Path.Combine(root, name)).Where(Directory.Exists))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
