using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Rewards.Tests;

/// <summary>Clips of the samples, and whether a reward's gradient is that of its scores.</summary>
internal static class GradientClips
{
    /// <summary>The folder of the trained models.</summary>
    public static string Folder { get; } = Path.Combine(Fixtures.Repository, "samples", "assets", "musicbox");

    /// <summary>An example, over and over until it is long enough.</summary>
    public static AudioClip Clip(int index, double seconds, int rate = 16_000)
    {
        var file = Directory.GetFiles(Path.Combine(Folder, "examples"), "*.wav").Order(StringComparer.Ordinal).ElementAt(index);
        var clip = WaveFile.Read(file).ToMono().ResampleTo(rate);
        return new AudioClip(Enumerable.Range(0, (int)(seconds * rate)).Select(i => clip.Samples.Span[i % clip.Samples.Length]).ToArray(), rate);
    }

    /// <summary>Central differences along the gradient itself, where the score changes most, and along noise over it.</summary>
    /// <param name="reward">The reward.</param>
    /// <param name="clip">A clip, which gets noise: a band without power is a cliff of the logarithm, on which differences say little.</param>
    /// <param name="prompt">Its prompt.</param>
    /// <param name="step">How far to go.</param>
    /// <param name="tolerance">Of the slope, as a share of it.</param>
    public static async Task AssertEqualsDifferencesAsync(IDifferentiableReward reward, AudioClip clip, Prompt prompt, double step, double tolerance)
    {
        var random = new Random(5);
        clip = Move(clip, [.. clip.Samples.ToArray().Select(_ => random.NextDouble() - 0.5)], 0.2);
        var gradient = Assert.Single(await reward.ScoreWithGradientAsync([clip], [prompt])).Gradient.ToArray();
        var length = Math.Sqrt(gradient.Sum(value => (double)value * value));
        Assert.NotEqual(0, length);
        double[] along = [.. gradient.Select(value => value / length)];
        double[] noise = [.. gradient.Select(_ => random.NextDouble() - 0.5)];
        foreach (var direction in new[] { along, [.. noise.Zip(along, (a, b) => (a / 50) + b)] })
        {
            var expected = gradient.Zip(direction, (value, part) => value * part).Sum();
            var scores = await reward.ScoreAsync([Move(clip, direction, step), Move(clip, direction, -step)], [prompt, prompt]);
            Assert.Equal(expected, (scores[0] - scores[1]) / (2 * step), Math.Abs(expected) * tolerance);
        }
    }

    private static AudioClip Move(AudioClip clip, double[] direction, double by) =>
        new(clip.Samples.ToArray().Zip(direction, (sample, part) => (float)(sample + (by * part))).ToArray(), clip.SampleRate);
}
