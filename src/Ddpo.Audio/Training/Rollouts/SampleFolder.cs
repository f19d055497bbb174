using System.Globalization;

namespace Ddpo.Audio.Training.Rollouts;

/// <summary>Writes clips, and the manifest that says what they are. The folder appears when all are there, or not at all.</summary>
internal sealed class SampleFolder : IDisposable
{
    private readonly string _folder;
    private readonly string _partial;
    private readonly WaveEncoding _encoding;
    private int _count;

    /// <param name="folder">Replaced when it is there from an earlier run.</param>
    /// <param name="encoding">How to store the clips. In 32 bits, scoring the files gives the same scores.</param>
    public SampleFolder(string folder, WaveEncoding encoding = WaveEncoding.Float32)
    {
        (_folder, _partial, _encoding) = (folder, folder + ".partial", encoding);
        Delete(_partial); // left by a process that was killed
        Directory.CreateDirectory(_partial);
    }

    /// <summary>Writes the next clips, so that nobody has to keep them.</summary>
    public void Add(IEnumerable<AudioClip> clips)
    {
        foreach (var clip in clips)
        {
            WaveFile.Write(Path.Combine(_partial, NameOf(_count)), clip, _encoding);
            _count++;
        }
    }

    /// <summary>Writes the manifest, lets the folder appear, and returns what is in it.</summary>
    /// <param name="clips">What each clip is, in order: its prompt, and what it got.</param>
    /// <param name="writeMore">Writes more files into the folder.</param>
    public IReadOnlyList<SampleEntry> Complete(
        IEnumerable<(Prompt Prompt, IReadOnlyDictionary<string, double> Rewards)> clips, Action<string>? writeMore = null)
    {
        SampleEntry[] entries = [.. clips.Select((clip, i) => new SampleEntry(NameOf(i), clip.Prompt) { Rewards = clip.Rewards })];
        SampleManifest.Write(Path.Combine(_partial, SampleManifest.FileName), entries);
        writeMore?.Invoke(_partial);
        Delete(_folder);
        Directory.Move(_partial, _folder);
        return entries;
    }

    /// <summary>Removes what was not completed.</summary>
    public void Dispose() => Delete(_partial);

    private static string NameOf(int index) => string.Create(CultureInfo.InvariantCulture, $"{index:0000}.wav");

    private static void Delete(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
