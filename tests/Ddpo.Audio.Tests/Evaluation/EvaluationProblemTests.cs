using System.Text.Json;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Evaluation;

public sealed class EvaluationProblemTests
{
    [Fact]
    public async Task Every_format_is_read_and_what_is_broken_is_reported()
    {
        using var folder = TemporaryFolder.CopyOf(Fixtures.Path("rewards", "audio"));
        WaveFile.Write(folder["slow.wav"], new AudioClip(new float[80], 8000));
        WaveFile.Write(folder["fast.wav"], new AudioClip(new float[1920], 192000));
        WaveFile.Write(folder["wide.wav"], new AudioClip(new float[8000], 48000, channels: 8));
        using var expected = JsonDocument.Parse(File.ReadAllText(folder["broken/expected.json"]));
        var set = EvaluationSet.FromFolder(folder.Root, "x", recursive: true);
        var reward = RewardFunction.From("frames", (clip, _) => clip.Frames);
        var report = await new RewardEvaluator([reward]).EvaluateAsync(set);

        Assert.Equal(Directory.GetFiles(folder.Root, "*.wav", SearchOption.AllDirectories).Length, report.Clips.Count);
        foreach (var clip in report.Clips)
        {
            var entry = clip.Sample.File.StartsWith("broken/", StringComparison.Ordinal)
                ? expected.RootElement.GetProperty(clip.Sample.File["broken/".Length..]) : (JsonElement?)null;
            var isGood = entry is not { } known
                || (known.TryGetProperty("frames", out var frames) && frames.GetInt32() > 0 && known.GetProperty("finite").GetBoolean());
            Assert.True(isGood == clip.IsScored, $"{clip.Sample.File}: {clip.Status}");
            Assert.Equal(clip.IsScored, clip.Scores.ContainsKey("frames"));
        }

        Assert.InRange(report.Failed, 5, report.Clips.Count - 5);
        Assert.Equal([80, 1920, 1000], new[] { "slow.wav", "fast.wav", "wide.wav" }
            .Select(name => report.Clips.Single(clip => clip.Sample.File == name).Scores["frames"]));
    }

    [Fact]
    public async Task Missing_empty_and_infinite_clips_are_told_apart()
    {
        using var folder = FakeRewards.Clips(0.5f, float.PositiveInfinity);
        WaveFile.Write(folder["empty.wav"], new AudioClip(Array.Empty<float>(), 16000));
        var set = new EvaluationSet(folder.Root, new[] { "0.wav", "1.wav", "empty.wav", "gone.wav" }.Select(file => new SampleEntry(file, "x")));
        var report = await new RewardEvaluator([FakeRewards.First(), new FakeClassifier()]).EvaluateAsync(set);

        string[] reasons = ["does not say which quadrant", "not finite: its frame 0 has", "no audio", "gone.wav"];
        Assert.All(report.Clips.Zip(reasons), pair => Assert.Contains(pair.Second, pair.First.Status, StringComparison.Ordinal));
        Assert.Equal(["emo_score"], report.Clips[0].Problems.Keys);
        Assert.Equal(0.5f, report.Clips[0].Scores["clap_score"]);
        Assert.Equal(2, report.Clips[3].Problems.Count);
    }

    [Fact]
    public async Task A_reward_that_always_fails_leaves_a_report_and_the_other_rewards_scores()
    {
        using var folder = FakeRewards.Clips(0.5f, 0.25f);
        var broken = RewardFunction.FromBatch("broken", (_, _, _) => throw new TimeoutException("no answer"));
        var set = EvaluationSet.FromFolder(folder.Root, "x");

        var alone = await new RewardEvaluator([broken]).EvaluateAsync(set);
        Assert.False(alone.HasScores);
        Assert.Null(alone.Rewards[0].Scores);
        Assert.Equal((2, 2), (alone.Failed, alone.Rewards[0].Failed));
        Assert.All(alone.Clips, clip => Assert.Equal("no answer", clip.Status));

        var both = await new RewardEvaluator([broken, FakeRewards.First()]).EvaluateAsync(set);
        Assert.True(both.HasScores);
        Assert.Equal((2, 0), (both.Failed, both.Rewards[1].Failed));
    }

    [Fact]
    public async Task A_time_limit_of_a_rewards_own_is_a_failure_and_no_end()
    {
        using var folder = FakeRewards.Clips(0.5f);
        var slow = RewardFunction.FromBatch("slow", (_, _, _) => throw new TaskCanceledException("too slow"));
        var report = await new RewardEvaluator([slow]).EvaluateAsync(EvaluationSet.FromFolder(folder.Root, "x"));
        Assert.Equal("too slow", report.Clips[0].Status);
    }

    [Fact]
    public async Task Values_that_are_no_scores_are_reported_with_their_clip()
    {
        using var folder = FakeRewards.Clips(0.5f, 0.25f, 0.125f);
        var reward = RewardFunction.From("r", (clip, _) => clip.Samples.Span[0] == 0.25f ? float.NaN : 1);
        var report = await new RewardEvaluator([reward, new WrongCount()]).EvaluateAsync(EvaluationSet.FromFolder(folder.Root, "x"));

        Assert.Equal([true, false, true], report.Clips.Select(clip => clip.Scores.ContainsKey("r")));
        Assert.Contains("returned NaN", report.Clips[1].Problems["r"], StringComparison.Ordinal);
        Assert.All(report.Clips, clip => Assert.Contains("2 values for 1 clips", clip.Problems["count"], StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Q5", "Q1", 2, "label 'Q5'")]
    [InlineData("Q1", "?", 2, "label '?'")]
    [InlineData("Q1", "Q2", 3, "3 values for 2 labels")]
    public async Task Decisions_that_do_not_fit_the_labels_are_reported(string target, string predicted, int values, string expected)
    {
        using var folder = FakeRewards.Clips(0.5f);
        var reward = new Deciding(new Classification(1, target, predicted, new float[values]));
        var report = await new RewardEvaluator([reward]).EvaluateAsync(EvaluationSet.FromFolder(folder.Root, "x"));
        Assert.Contains(expected, report.Clips[0].Status, StringComparison.Ordinal);
        Assert.Empty(report.Clips[0].Classifications);
    }

    private sealed class WrongCount : IRewardFunction
    {
        public string Name => "count";

        public Task<IReadOnlyList<float>> ScoreAsync(
            IReadOnlyList<AudioClip> clips, IReadOnlyList<Prompt> prompts, CancellationToken cancellationToken = default) =>
            Task.FromResult<IReadOnlyList<float>>(new float[clips.Count + 1]);
    }

    private sealed class Deciding(Classification decision) : IClassifierReward
    {
        public string Name => "deciding";

        public IReadOnlyList<string> Labels => ["Q1", "Q2"];

        public Task<IReadOnlyList<Classification>> ClassifyAsync(
            IReadOnlyList<AudioClip> clips, IReadOnlyList<Prompt> prompts, CancellationToken cancellationToken = default) =>
            Task.FromResult<IReadOnlyList<Classification>>([decision]);

        public Task<IReadOnlyList<float>> ScoreAsync(
            IReadOnlyList<AudioClip> clips, IReadOnlyList<Prompt> prompts, CancellationToken cancellationToken = default) =>
            Task.FromResult<IReadOnlyList<float>>([decision.Score]);
    }
}
