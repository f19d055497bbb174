using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Ddpo.Audio.Training.Session;

/// <summary>Finds the checkpoint that a run is to go on from.</summary>
internal static class ResumePoint
{
    /// <summary>Finds and reads it; <see langword="null"/> when a new run starts.</summary>
    /// <exception cref="CheckpointException">There is no checkpoint where one was named, or none can be read.</exception>
    public static TrainingCheckpoint? Find(CheckpointOptions options, ILogger logger)
    {
        switch (options.ResumeFrom)
        {
            case null:
                return null;

            case CheckpointOptions.Latest:
                var latest = NewestOf(options.Directory!, logger);
                if (latest is null)
                {
                    Log.NothingToResume(logger, options.Directory!);
                }

                return latest;

            case var path when File.Exists(Path.Combine(path, SealedFolder.ManifestName)):
                return TrainingCheckpoint.Read(path);

            case var path:
                return NewestOf(path, logger) ?? throw new CheckpointException(
                    $"There is no checkpoint in '{Path.GetFullPath(path)}': expected a folder with {SealedFolder.ManifestName}, or a run's folder with "
                    + $"{CheckpointFolders.Name}.");
        }
    }

    /// <summary>The newest that can be read; says which were passed over.</summary>
    private static TrainingCheckpoint? NewestOf(string run, ILogger logger)
    {
        CheckpointException? first = null;
        foreach (var (_, folder) in new CheckpointFolders(run).All)
        {
            try
            {
                return TrainingCheckpoint.Read(folder);
            }
            catch (CheckpointException damaged)
            {
                Log.CheckpointPassedOver(logger, folder, damaged);
                first ??= damaged;
            }
        }

        return first is null ? null : throw first;
    }
}
