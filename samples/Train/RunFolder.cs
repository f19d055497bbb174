namespace Ddpo.Audio.Samples;

/// <summary>The folder of a run, which never mixes the files of two.</summary>
internal sealed class RunFolder(string path)
{
    /// <summary>The folder.</summary>
    public string Path => path;

    /// <summary>A file or folder in it.</summary>
    public string this[string name] => System.IO.Path.Combine(path, name);

    private string[] Used => [.. new[] { "metrics.jsonl", EvaluationLog.FileName, "settings.json", "held-out", "stopped" }
        .Select(name => this[name])
        .Concat(Directory.Exists(path) ? Directory.EnumerateDirectories(path, "epoch-*") : [])
        .Where(System.IO.Path.Exists)];

    /// <summary>Throws when a run is there already that must not be removed.</summary>
    public void ThrowIfUsed(bool overwrite)
    {
        if (!overwrite && Used.Length > 0)
        {
            throw new SettingsException(
                $"The folder '{path}' has a run already. Name another with --output, or remove that run with --overwrite.");
        }
    }

    /// <summary>Makes the folder, and removes a run that is there.</summary>
    public void Clear()
    {
        foreach (var entry in Used)
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
