namespace Ddpo.Audio.Samples;

/// <summary>The folder of a run, which never mixes the files of two.</summary>
internal sealed class RunFolder(string path)
{
    /// <summary>The folder.</summary>
    public string Path => path;

    /// <summary>A file or folder in it.</summary>
    public string this[string name] => System.IO.Path.Combine(path, name);

    private static readonly string[] s_own = [EvaluationLog.FileName, RewardCurve.FileName, "held-out"];

    /// <summary>Throws when a run is there already that is neither to be removed nor to go on.</summary>
    public void ThrowIfUsed(CheckpointOptions options)
    {
        if (!options.Overwrite && options.ResumeFrom is null && s_own.Append("metrics.jsonl").Append("checkpoints").Any(name => System.IO.Path.Exists(this[name])))
        {
            throw new SettingsException(
                $"The folder '{path}' has a run already. Name another with --output, go on with it with --resume latest, or remove it with --overwrite.");
        }
    }

    /// <summary>Makes the folder, and removes what this program wrote there for another run.</summary>
    public void Clear()
    {
        Directory.CreateDirectory(path);
        foreach (var entry in s_own.Select(name => this[name]))
        {
            if (Directory.Exists(entry))
            {
                Directory.Delete(entry, recursive: true);
            }
            else
            {
                File.Delete(entry);
            }
        }
    }
}
