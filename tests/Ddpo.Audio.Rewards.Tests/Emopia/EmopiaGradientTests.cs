using Ddpo.Audio.Rewards.Tests.Onnx;
using Ddpo.Audio.Testing;
using Microsoft.Extensions.Options;

namespace Ddpo.Audio.Rewards.Tests.Emopia;

/// <summary>The derivative of EMOPIA's score with respect to a clip's samples, on the samples' trained network.</summary>
public sealed class EmopiaGradientTests
{
    private static readonly Prompt s_prompt = EmopiaFixture.Asking("sad");

    [Theory]
    [InlineData(EmopiaScore.TargetValue, EmopiaShortClips.Repeat)]
    [InlineData(EmopiaScore.TargetMinusMaximum, EmopiaShortClips.Silence)]
    [InlineData(EmopiaScore.Arousal, EmopiaShortClips.Repeat)]
    [InlineData(EmopiaScore.Valence, EmopiaShortClips.Repeat)]
    public async Task The_score_is_that_of_scoring(EmopiaScore score, EmopiaShortClips shortClips)
    {
        await using var reward = await LoadAsync(new() { Score = score, ShortClips = shortClips, BatchSize = 2 });
        Assert.Null(reward.GradientProblem);
        AudioClip[] clips = [GradientClips.Clip(0, 1.28), GradientClips.Clip(1, 7, 22_050), GradientClips.Clip(2, 3.2, 44_100)];
        Prompt[] prompts = [s_prompt, EmopiaFixture.Asking("angry"), EmopiaFixture.Asking("happy")];
        var scores = await reward.ScoreAsync(clips, prompts);
        var differentiated = await reward.ScoreWithGradientAsync(clips, prompts);
        Assert.Equal(scores, differentiated.Select(one => one.Score), (a, b) => Math.Abs(a - b) < 1e-4);
        Assert.Equal(clips.Select(clip => clip.Samples.Length), differentiated.Select(one => one.Gradient.Length));
    }

    [Theory]
    [InlineData(EmopiaScore.TargetValue, 16_000, 1.28)]
    [InlineData(EmopiaScore.TargetMinusMaximum, 16_000, 1.28)]
    [InlineData(EmopiaScore.TargetValue, 44_100, 0.5)]
    [InlineData(EmopiaScore.TargetMinusMaximum, 22_050, 7)] // two chunks
    [InlineData(EmopiaScore.Arousal, 16_000, 1.28)]
    [InlineData(EmopiaScore.Valence, 16_000, 3.5)]
    public async Task The_gradient_equals_finite_differences(EmopiaScore score, int rate, double seconds)
    {
        await using var reward = await LoadAsync(new() { Score = score });
        await GradientClips.AssertEqualsDifferencesAsync(reward, GradientClips.Clip(0, seconds, rate), s_prompt, step: 4e-3, tolerance: 0.03);
    }

    [Fact]
    public async Task Where_the_target_is_heard_most_its_distance_to_the_maximum_has_no_slope()
    {
        await using var reward = await LoadAsync(new());
        var clip = GradientClips.Clip(0, 1.28);
        var heard = Assert.Single(await reward.ClassifyAsync([clip], [s_prompt])).Predicted;
        var one = Assert.Single(await reward.ScoreWithGradientAsync([clip], [EmopiaFixture.Asking(heard, "quadrant")]));
        Assert.Equal(0, one.Score);
        Assert.All(one.Gradient.ToArray(), value => Assert.Equal(0, value));
    }

    [Fact]
    public async Task A_hit_has_no_gradient_and_a_clip_of_two_channels_is_refused()
    {
        await using var hit = await LoadAsync(new() { Score = EmopiaScore.Hit, Name = "right" });
        Assert.StartsWith("its Score is Hit", hit.GradientProblem, StringComparison.Ordinal);
        var error = await Assert.ThrowsAsync<NotSupportedException>(() => hit.ScoreWithGradientAsync([EmopiaFixture.Tone()], [s_prompt]));
        Assert.Contains("'right' cannot be differentiated: its Score is Hit", error.Message, StringComparison.Ordinal);
        var refused = Assert.Throws<OptionsValidationException>(new DdpoTrainerBuilder().UseDraft().AddReward(hit).Build);
        Assert.Contains(refused.Failures, failure => failure.StartsWith(
            "Reward 'right' (EmopiaReward) cannot be differentiated, which DRaFT needs: its Score is Hit", StringComparison.Ordinal));

        await using var reward = await LoadAsync(new());
        var channels = await Assert.ThrowsAsync<ArgumentException>(() => reward.ScoreWithGradientAsync([EmopiaFixture.Tone(channels: 2)], [s_prompt]));
        Assert.Contains("mono", channels.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_network_in_ONNX_has_no_gradient()
    {
        const string FileName = "emopia.onnx";
        using var folder = new TemporaryFolder().Copy(Fixtures.Path("rewards", "onnx"), FileName)
            .Copy(EmopiaTasks.Folder(OnnxFixture.EmopiaTask), "hparams.yaml");
        await using var reward = await EmopiaReward.FromPretrainedAsync(folder[FileName]);
        var error = await Assert.ThrowsAsync<NotSupportedException>(() => reward.ScoreWithGradientAsync([EmopiaFixture.Tone()], [s_prompt]));
        Assert.Contains("'emo_score' cannot be differentiated: its model runs in ONNX Runtime", error.Message, StringComparison.Ordinal);
        var refused = Assert.Throws<OptionsValidationException>(new DdpoTrainerBuilder().UseDraft().AddReward(reward).Build);
        Assert.Contains(refused.Failures, failure => failure.Contains("ONNX Runtime", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Differentiating_leaves_no_tensors_behind()
    {
        await using var reward = await LoadAsync(new());
        await LiveTensors.AssertFlatAsync(() => reward.ScoreWithGradientAsync([GradientClips.Clip(0, 1.28)], [s_prompt]), times: 3);
    }

    private static Task<EmopiaReward> LoadAsync(EmopiaRewardOptions options) => EmopiaReward.FromPretrainedAsync(
        Path.Combine(GradientClips.Folder, "emopia", "best_weight", "wav", "ar_va", "best.ckpt"), options);
}
