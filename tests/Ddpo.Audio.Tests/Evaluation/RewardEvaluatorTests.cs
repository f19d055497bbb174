using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Evaluation;

public sealed class RewardEvaluatorTests
{
    [Fact]
    public async Task Every_reward_is_summarised_over_all_clips_and_over_each_prompt()
    {
        using var folder = FakeRewards.Clips(0.1f, 0.2f, 0.6f);
        var set = EvaluationSet.FromFolder(folder.Root, file => file == "2.wav" ? "b" : "a");
        var report = await new RewardEvaluator([FakeRewards.First(), FakeRewards.First("other")]).EvaluateAsync(set);

        Assert.Equal(["clap_score", "other"], report.Rewards.Select(reward => reward.Name));
        var (scores, byPrompt) = (report.Rewards[0].Scores!, report.Rewards[0].ByPrompt);
        Assert.Equal(3, scores.Count);
        Assert.Equal(0.3, scores.Mean, 1e-6);
        Assert.Equal(Math.Sqrt(0.07), scores.SampleStd, 1e-6);
        Assert.Equal(Math.Sqrt(0.07 / 3), scores.StandardError, 1e-6);
        Assert.Equal((0.1f, 0.6f), ((float)scores.Min, (float)scores.Max));
        Assert.Equal([("a", 2), ("b", 1)], byPrompt.Select(group => (group.Prompt, group.Scores.Count)));
        Assert.Equal(0.15, byPrompt[0].Scores.Mean, 1e-6);
        Assert.Null(report.Rewards[0].Classification);
        Assert.Null(report.Rewards[0].RecordedDifference);
        Assert.Equal((0, true), (report.Failed, report.HasScores));
        Assert.All(report.Clips, clip => Assert.Equal("ok", clip.Status));
    }

    [Theory]
    [InlineData(2, 3)]
    [InlineData(3, 4)]
    [InlineData(4, 8)] // more processes than batches
    public async Task Processes_share_out_the_clips_and_each_has_all_results_in_the_sets_order(int processes, int batchSize)
    {
        using var folder = FakeRewards.Clips([.. Enumerable.Range(0, 13).Select(i => i / 100f)]);
        folder.Write("5.wav", "no audio");
        var set = EvaluationSet.FromFolder(folder.Root, Wanting("Q1"));
        var scored = 0;
        IRewardFunction Counted() => RewardFunction.From("counted", (clip, _) =>
        {
            Interlocked.Increment(ref scored);
            return clip.Samples.Span[0];
        });
        static string[] Said(EvaluationReport report) => [.. report.Clips.Select(clip =>
            $"{clip.Sample.File} {string.Join(' ', clip.Scores)} {clip.Status} {(clip.Classifications.TryGetValue("emo_score", out var heard) ? heard.Predicted : "")}")];

        var alone = await new RewardEvaluator([Counted(), new FakeClassifier()], new() { BatchSize = batchSize }).EvaluateAsync(set);
        scored = 0;
        var reports = await ThreadCollective.RunAsync(
            processes, rank => new RewardEvaluator([Counted(), new FakeClassifier()], new() { BatchSize = batchSize }, rank).EvaluateAsync(set));
        Assert.Equal(12, scored);
        Assert.All(reports, report => Assert.Equal(Said(alone), Said(report)));
        Assert.All(reports, report => Assert.Equal(alone.Rewards.Select(reward => reward.Scores), report.Rewards.Select(reward => reward.Scores)));
        Assert.Equal(1, alone.Failed);
    }

    [Fact]
    public async Task A_classifiers_decisions_are_counted()
    {
        using var folder = FakeRewards.Clips(0, 0, 0.1f, 0.3f, 0.3f);
        string[] wanted = ["Q1", "Q2", "Q2", "Q2", "Q4"];
        var set = new EvaluationSet(folder.Root, wanted.Select((quadrant, i) => new SampleEntry($"{i}.wav", Wanting(quadrant))));
        var report = await new RewardEvaluator([new FakeClassifier()]).EvaluateAsync(set);

        var summary = report.Rewards[0].Classification!;
        Assert.Equal([[1, 0, 0, 0], [1, 1, 0, 1], [0, 0, 0, 0], [0, 0, 0, 1]], summary.Confusion.Select(row => row.ToArray()));
        Assert.Equal(new Accuracy(5, 3), summary.Overall);
        Assert.Equal([new(1, 1), new(3, 1), new(0, 0), new(1, 1)], summary.ByLabel);
        Assert.Equal((0.6, Math.Sqrt(0.6 * 0.4 / 5)), (summary.Overall.Value, summary.Overall.StandardError));
        Assert.Equal(double.NaN, summary.ByLabel[2].Value);
        Assert.Equal(("Q2", "Q1"), (report.Clips[1].Classifications["emo_score"].Target, report.Clips[1].Classifications["emo_score"].Predicted));
        Assert.Equal(-0.6f, report.Clips[1].Scores["emo_score"], 1e-6f);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 1)]
    [InlineData(4, 2)]
    [InlineData(100, 100)]
    public async Task Results_do_not_depend_on_the_options(int batchSize, int readAhead)
    {
        using var folder = FakeRewards.Clips([.. Enumerable.Range(0, 23).Select(i => i / 100f)]);
        folder.Write("5.wav", "no audio");
        var seen = new List<int>();
        var reward = RewardFunction.FromBatch("first", (clips, _, _) =>
        {
            seen.Add(clips.Count);
            return clips.Any(clip => clip.Samples.Span[0] == 0.08f)
                ? throw new InvalidOperationException("not this one")
                : Task.FromResult<IReadOnlyList<float>>([.. clips.Select(clip => clip.Samples.Span[0])]);
        });
        var set = EvaluationSet.FromFolder(folder.Root, "x");
        var report = await new RewardEvaluator([reward], new() { BatchSize = batchSize, ReadAhead = readAhead }).EvaluateAsync(set);

        Assert.Equal(set.Samples.Select(sample => sample.File), report.Clips.Select(clip => clip.Sample.File));
        Assert.All(report.Clips, clip => Assert.Equal(clip.IsScored, clip.Sample.File is not ("5.wav" or "8.wav")));
        Assert.All(report.Clips.Where(clip => clip.IsScored), clip => Assert.Equal($"{clip.Scores["first"] * 100:0}.wav", clip.Sample.File));
        Assert.Equal("not this one", report.Clips.Single(clip => clip.Sample.File == "8.wav").Problems["first"]);
        Assert.Equal(2, report.Rewards[0].Failed);
        Assert.All(seen, count => Assert.InRange(count, 1, batchSize));
    }

    [Fact]
    public async Task Each_batch_ends_with_progress()
    {
        using var folder = FakeRewards.Clips(0.2f, 0.4f, 0.9f);
        folder.Write("3.wav", "no audio");
        var reports = new List<EvaluationProgress>();
        await new RewardEvaluator([FakeRewards.First()], new() { BatchSize = 2 }).EvaluateAsync(
            EvaluationSet.FromFolder(folder.Root, "x"), new ProgressAction<EvaluationProgress>(reports.Add));

        Assert.Equal([(2, 4, 0), (4, 4, 1)], reports.Select(report => (report.Done, report.Total, report.Failed)));
        Assert.Equal(0.3, reports[0].Means["clap_score"], 1e-6);
        Assert.Equal(0.5, reports[1].Means["clap_score"], 1e-6);
    }

    [Fact]
    public async Task Scores_that_were_recorded_are_compared()
    {
        using var folder = FakeRewards.Clips(0.25f, 0.5f);
        SampleManifest.Write(folder[SampleManifest.FileName], [Recorded("0.wav", 0.25), Recorded("1.wav", 0.625)]);
        var report = await new RewardEvaluator([FakeRewards.First(), FakeRewards.First("other")]).EvaluateAsync(EvaluationSet.FromFolder(folder.Root));
        Assert.Equal(0.125, report.Rewards[0].RecordedDifference);
        Assert.Null(report.Rewards[1].RecordedDifference);
    }

    [Fact]
    public async Task An_evaluation_can_be_stopped()
    {
        using var folder = FakeRewards.Clips(new float[50]);
        using var stop = new CancellationTokenSource();
        var asked = 0;
        var reward = RewardFunction.From("r", (_, _) =>
        {
            asked++;
            stop.Cancel();
            return 0;
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new RewardEvaluator([reward], new() { BatchSize = 5 })
            .EvaluateAsync(EvaluationSet.FromFolder(folder.Root, "x"), cancellationToken: stop.Token));
        Assert.InRange(asked, 1, 5);
    }

    [Fact]
    public void Rewards_and_options_are_checked()
    {
        var reward = FakeRewards.First();
        Assert.Throws<ArgumentException>(() => new RewardEvaluator([]));
        var error = Assert.Throws<ArgumentException>(() => new RewardEvaluator([reward, FakeRewards.First("Clap")]));
        Assert.Contains("'clap_score' and 'Clap'", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new RewardEvaluator([reward], new() { BatchSize = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RewardEvaluator([reward], new() { ReadAhead = 0 }));
    }

    private static Prompt Wanting(string quadrant) =>
        new("x") { Metadata = new Dictionary<string, string> { ["quadrant"] = quadrant } };

    private static SampleEntry Recorded(string file, double score) =>
        new(file, "x") { Rewards = new Dictionary<string, double> { ["clap_score"] = score } };
}
