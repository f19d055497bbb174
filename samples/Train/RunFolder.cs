namespace Ddpo.Audio.Samples;

/// <summary>The folder of a run, which never mixes the files of two.</summary>
internal sealed class RunFolder(string path)
{
    /// <summary>The folder.</summary>
    public string Path => path;

    /// <summary>A file or folder in it.</summary>
    public string this[string name] => System.IO.Path.Combine(path, name);

    /// <summary>Makes the folder ready for a new run.</summary>
    /// <param name="overwrite">Whether to remove a run that is there; otherwise that is an error.</param>
    public void Prepare(bool overwrite)
    {
        var old = new[] { "metrics.jsonl", EvaluationLog.FileName, "settings.json", "held-out", "stopped" }.Select(name => this[name])
            .Concat(Directory.Exists(path) ? Directory.EnumerateDirectories(path, "epoch-*") : [])
            .Where(System.IO.Path.Exists).ToArray();
        if (old.Length > 0 && !overwrite)
        {
            throw new SettingsException(
                $"The folder '{path}' has a run already. Name another with --output, or remove that run with --overwrite.");
        }

        foreach (var entry in old)
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

        Directory.CreateDirectory(path);
    }
}
