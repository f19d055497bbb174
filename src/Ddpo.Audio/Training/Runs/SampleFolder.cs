using System.Globalization;
using Ddpo.Audio.Training.Rewards;

namespace Ddpo.Audio.Training.Runs;

/// <summary>Writes an epoch's clips, and the manifest that says what they are. The folder appears when all are there, or not at all.</summary>
internal sealed class SampleFolder : IDisposable
{
    private readonly string _folder;
    private readonly string _partial;
    private int _count;

    /// <param name="folder">Replaced when it is there from an earlier run.</param>
    public SampleFolder(string folder)
    {
        (_folder, _partial) = (folder, folder + ".partial");
        Delete(_partial); // left by a process that was killed
        Directory.CreateDirectory(_partial);
    }

    /// <summary>Writes the next clips, so that nobody has to keep them, in 32 bits: scoring the files gives the same scores.</summary>
    public void Add(IReadOnlyList<AudioClip> clips)
    {
        foreach (var clip in clips)
        {
            WaveFile.Write(Path.Combine(_partial, NameOf(_count)), clip, WaveEncoding.Float32);
            _count++;
        }
    }

    /// <summary>Writes the manifest, and lets the folder appear.</summary>
    public void Complete(IReadOnlyList<Prompt> prompts, RewardScores scores)
    {
        SampleManifest.Write(
            Path.Combine(_partial, SampleManifest.FileName),
            prompts.Select((prompt, i) => new SampleEntry(NameOf(i), prompt) { Rewards = scores.OfSample(i) }));
        Delete(_folder);
        Directory.Move(_partial, _folder);
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
