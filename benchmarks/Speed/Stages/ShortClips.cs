namespace Ddpo.Audio.Benchmarks.Speed.Stages;

/// <summary>What is decoded and listened to: a batch of short clips, as the quickstart has.</summary>
internal static class ShortClips
{
    /// <summary>As tables name it.</summary>
    public const string Name = "16 clips of 1.28 s";

    public const int Count = 16;
    public const double Seconds = 1.28;
    private const int SampleRate = 16000;

    /// <summary>Noise.</summary>
    public static AudioClip[] Clips()
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, Count).Select(_ => new AudioClip(Noise(random), SampleRate))];
    }

    /// <summary>What they are scored by.</summary>
    public static Prompt[] Prompts() =>
        [.. Enumerable.Repeat(new Prompt("a recording of a happy piano solo, high quality") { Metadata = new Dictionary<string, string> { ["emotion"] = "happy" } }, Count)];

    private static float[] Noise(Random random) => [.. Enumerable.Range(0, (int)(Seconds * SampleRate)).Select(_ => (random.NextSingle() - 0.5f) / 2)];
}
