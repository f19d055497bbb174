namespace Ddpo.Audio.Rewards.Tests.Clap;

/// <summary>The derivative of CLAP's score with respect to a clip's samples, on the samples' trained model.</summary>
public sealed class ClapGradientTests
{
    private static readonly Prompt s_prompt = "a recording of a angry flute solo, high quality";

    [Theory]
    [InlineData()]
    [InlineData("a recording of a sad flute solo, high quality", "a recording of a angry flute solo, high quality")]
    public async Task The_score_is_that_of_scoring(params string[] alternatives)
    {
        await using var reward = await LoadAsync(quantize: null, alternatives);
        Assert.Null(reward.GradientProblem);
        AudioClip[] clips = [GradientClips.Clip(0, seconds: 1.28), GradientClips.Clip(1, seconds: 2.5), GradientClips.Clip(2, seconds: 2)];
        Prompt[] prompts = [s_prompt, "techno", s_prompt];
        var scores = await reward.ScoreAsync(clips, prompts);
        var differentiated = await reward.ScoreWithGradientAsync(clips, prompts);
        Assert.Equal(scores, differentiated.Select(one => one.Score), (a, b) => Math.Abs(a - b) < 1e-4);
        Assert.Equal(clips.Select(clip => clip.Samples.Length), differentiated.Select(one => one.Gradient.Length));
        Assert.All(differentiated, one => Assert.Contains(one.Gradient.ToArray(), value => value != 0));
    }

    [Theory]
    [InlineData(16_000, 1.28)]
    [InlineData(16_000, 1.28, "a recording of a sad flute solo, high quality", "a recording of a angry piano solo, high quality")]
    [InlineData(16_000, 12)] // longer than the window: a part of it is heard
    [InlineData(44_100, 0.5)]
    [InlineData(48_000, 1)]
    public async Task The_gradient_equals_finite_differences(int rate, double seconds, params string[] alternatives)
    {
        await using var reward = await LoadAsync(quantize: false, alternatives);

        // A short way: above the band of 16 kHz there is next to no power, where the logarithm bends.
        await GradientClips.AssertEqualsDifferencesAsync(reward, GradientClips.Clip(0, seconds, rate), s_prompt, step: 5e-4, tolerance: 0.01);
    }

    [Fact]
    public async Task A_clip_of_two_channels_is_refused()
    {
        await using var reward = await LoadAsync(quantize: null);
        var error = await Assert.ThrowsAsync<ArgumentException>(
            () => reward.ScoreWithGradientAsync([new AudioClip(new float[2000], 16_000, channels: 2)], [s_prompt]));
        Assert.Contains("mono", error.Message, StringComparison.Ordinal);
    }

    private static Task<ClapReward> LoadAsync(bool? quantize, params string[] alternatives) => ClapReward.FromPretrainedAsync(
        Path.Combine(GradientClips.Folder, "clap", "musicbox_clap.pt"),
        new() { QuantizeToInt16 = quantize, Crop = ClapCrop.Start, Alternatives = [.. alternatives.Select(text => new Prompt(text))] });
}
