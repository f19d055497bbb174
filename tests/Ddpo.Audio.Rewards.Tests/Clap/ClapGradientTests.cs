using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Rewards.Tests.Clap;

/// <summary>The derivative of CLAP's score with respect to a clip's samples, on the samples' trained model.</summary>
public sealed class ClapGradientTests
{
    private static readonly string s_folder = Path.Combine(Fixtures.Repository, "samples", "assets", "musicbox");
    private static readonly Prompt s_prompt = "a recording of a angry flute solo, high quality";

    [Fact]
    public async Task The_score_is_that_of_scoring()
    {
        await using var reward = await LoadAsync(quantize: null);
        Assert.True(reward.IsDifferentiable);
        AudioClip[] clips = [Clip(0, seconds: 1.28), Clip(1, seconds: 2.5), Clip(2, seconds: 2)];
        Prompt[] prompts = [s_prompt, "techno", s_prompt];
        var scores = await reward.ScoreAsync(clips, prompts);
        var differentiated = await reward.ScoreWithGradientAsync(clips, prompts);
        Assert.Equal(scores, differentiated.Select(one => one.Score), (a, b) => Math.Abs(a - b) < 1e-4);
        Assert.Equal(clips.Select(clip => clip.Samples.Length), differentiated.Select(one => one.Gradient.Length));
        Assert.All(differentiated, one => Assert.Contains(one.Gradient.ToArray(), value => value != 0));
    }

    [Theory]
    [InlineData(16_000, 1.28)]
    [InlineData(16_000, 12)] // longer than the window: a part of it is heard
    [InlineData(44_100, 0.5)]
    [InlineData(48_000, 1)]
    public async Task The_gradient_equals_finite_differences(int rate, double seconds)
    {
        await using var reward = await LoadAsync(quantize: false);

        // With noise over it: a band without power is a cliff of the logarithm, on which differences say little.
        var random = new Random(5);
        var clip = Move(Clip(0, seconds, rate), [.. Enumerable.Range(0, (int)(seconds * rate)).Select(_ => random.NextDouble() - 0.5)], 0.2);
        var gradient = Assert.Single(await reward.ScoreWithGradientAsync([clip], [s_prompt])).Gradient.ToArray();

        // Along the gradient itself, where the score changes most, and along noise.
        var length = Math.Sqrt(gradient.Sum(value => (double)value * value));
        double[] along = [.. gradient.Select(value => value / length)];
        double[] noise = [.. gradient.Select(_ => random.NextDouble() - 0.5)];
        foreach (var direction in new[] { along, [.. noise.Zip(along, (a, b) => (a / 50) + b)] })
        {
            const double Step = 5e-4; // above it the score bends, below it rounding shows
            var expected = gradient.Zip(direction, (value, part) => value * part).Sum();
            var (up, down) = (Move(clip, direction, Step), Move(clip, direction, -Step));
            var scores = await reward.ScoreAsync([up, down], [s_prompt, s_prompt]);
            Assert.Equal(expected, (scores[0] - scores[1]) / (2 * Step), Math.Abs(expected) * 0.01);
        }
    }

    [Fact]
    public async Task A_clip_of_two_channels_is_refused()
    {
        await using var reward = await LoadAsync(quantize: null);
        var error = await Assert.ThrowsAsync<ArgumentException>(
            () => reward.ScoreWithGradientAsync([new AudioClip(new float[2000], 16_000, channels: 2)], [s_prompt]));
        Assert.Contains("mono", error.Message, StringComparison.Ordinal);
    }

    private static Task<ClapReward> LoadAsync(bool? quantize) => ClapReward.FromPretrainedAsync(
        Path.Combine(s_folder, "clap", "musicbox_clap.pt"), new() { QuantizeToInt16 = quantize, Crop = ClapCrop.Start });

    private static AudioClip Clip(int index, double seconds, int rate = 16_000)
    {
        var file = Directory.GetFiles(Path.Combine(s_folder, "examples"), "*.wav").Order(StringComparer.Ordinal).ElementAt(index);
        var clip = WaveFile.Read(file).ToMono().ResampleTo(rate);
        var wanted = (int)(seconds * rate);
        return new AudioClip(Enumerable.Range(0, wanted).Select(i => clip.Samples.Span[i % clip.Samples.Length]).ToArray(), rate);
    }

    private static AudioClip Move(AudioClip clip, double[] direction, double by) =>
        new(clip.Samples.ToArray().Zip(direction, (sample, part) => (float)(sample + (by * part))).ToArray(), clip.SampleRate);
}
