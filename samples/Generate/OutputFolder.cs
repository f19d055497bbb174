namespace Ddpo.Audio.Samples;

/// <summary>The folder for the clips, which never mixes those of two runs.</summary>
internal sealed class OutputFolder(string path)
{
    /// <summary>A file in it.</summary>
    public string this[string name] => Path.Combine(path, name);

    private string Manifest => this[SampleManifest.FileName];

    // The clips that the manifest lists are ours to remove; others are not.
    private string[] Listed => File.Exists(Manifest) ? [.. SampleManifest.Read(Manifest).Select(sample => this[sample.File])] : [];

    /// <summary>Throws when clips are there already that must not be removed.</summary>
    public void ThrowIfUsed(bool overwrite)
    {
        if (path.Contains('\0', StringComparison.Ordinal) || File.Exists(path))
        {
            throw new SettingsException($"The setting Output is '{path}', which is {(File.Exists(path) ? "a file" : "no path")}; expected a folder.");
        }

        var clips = Directory.Exists(path) ? Directory.GetFiles(path, "*.wav") : [];
        var strange = clips.Except(Listed).ToArray();
        if (clips.Length > 0 && !overwrite)
        {
            throw new SettingsException(
                $"The folder '{path}' has {Figures.Count(clips.Length, "WAV")} already. Name another with --output, or remove what was generated with --overwrite.");
        }

        if (strange.Length > 0)
        {
            throw new SettingsException(
                $"The folder '{path}' has {Figures.Count(strange.Length, "WAV")} that {SampleManifest.FileName} does not list, such as '{strange[0]}'. "
                + "What was not generated is not removed; name another folder with --output.");
        }
    }

    /// <summary>Makes the folder, and removes what was generated into it.</summary>
    public void Clear()
    {
        foreach (var file in Listed.Append(Manifest).Where(File.Exists))
        {
            File.Delete(file);
        }

        Directory.CreateDirectory(path);
    }
}
