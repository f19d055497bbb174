using Ddpo.Audio.Testing;
using Ddpo.Audio.Tests.Training.DirectReward;

namespace Ddpo.Audio.Tests.Training.Ranks;

public sealed class RankTrainingTests : IDisposable
{
    private const int Epochs = 5;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Names => ["ddpo", "ddpo in parts", "ddpo with all", "ddpo_sf", "grpo", "grpo in parts", "rwr", "awm", "nft", "draft", "draft in parts"];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Two_ranks_train_as_one_does_with_as_many_exchanges_in_every_epoch(string name)
    {
        var one = await TrainAsync(1, name);
        var two = await TrainAsync(2, name);
        Assert.Equal(TrainerFixture.Numbers(two.Epochs[0]), TrainerFixture.Numbers(two.Epochs[1]));
        AssertNear(one, two);
        Assert.Equal(two.Calls[0], two.Calls[1]);
        Assert.Single(two.CallsByEpoch[0].Zip(two.CallsByEpoch[0].Skip(1), (before, after) => after - before).Distinct());
    }

    [Theory]
    [InlineData("ddpo with all")]
    [InlineData("nft")]
    [InlineData("draft")]
    public async Task They_always_give_the_same_bits(string name)
    {
        void Briefly(DdpoTrainerBuilder builder, int rank) => builder.ConfigureTraining(o => o.NumEpochs = 3);
        var (first, second) = (await TrainAsync(2, name, Briefly), await TrainAsync(2, name, Briefly));
        Assert.Equal(TrainerFixture.Numbers(first.Epochs[0]), TrainerFixture.Numbers(second.Epochs[0]));
        Assert.Equal(first.Weights, second.Weights);
    }

    [Fact]
    public async Task Four_do_what_one_does() => AssertNear(await TrainAsync(1, "grpo"), await TrainAsync(4, "grpo"));

    [Fact]
    public async Task One_rank_of_a_job_is_the_process_by_itself_bit_for_bit()
    {
        var (epochs, weights) = await TrainerFixture.RunAsync();
        var run = await RankRun.TrainAsync(1);
        Assert.Equal(TrainerFixture.Numbers(epochs), TrainerFixture.Numbers(run.Epochs[0]));
        Assert.Equal(weights, run.Weights);
        Assert.All(run.Calls[0], call => Assert.Equal("barrier", call)); // the test's own
    }

    [Fact]
    public async Task Rewards_on_rank_0_alone_give_the_same_numbers_as_on_all()
    {
        var asked = new System.Collections.Concurrent.ConcurrentDictionary<int, int>();
        IRewardFunction Counted(int rank) => RewardFunction.From("peak", (clip, _) =>
        {
            asked.AddOrUpdate(rank, 1, (_, count) => count + 1);
            return clip.Samples.ToArray().Max();
        });

        Task<RankRun> RunAsync(bool onRankZero) => RankRun.TrainAsync(2, (builder, rank) => builder
            .AddReward(Counted(rank), 2, RewardNormalization.RunningZScore)
            .ConfigureSampling(o => o.ScoreOnRankZero = onRankZero));

        var everywhere = await RunAsync(onRankZero: false);
        Assert.Equal(8, asked[0]);
        Assert.Equal(8, asked[1]);
        asked.Clear();
        var there = await RunAsync(onRankZero: true);
        Assert.Equal(16, Assert.Single(asked).Value);
        Assert.Equal(TrainerFixture.Numbers(everywhere.Epochs[0]), TrainerFixture.Numbers(there.Epochs[0]));
        Assert.Equal(everywhere.Weights, there.Weights);
    }

    [Fact]
    public async Task Samples_that_a_reward_fails_on_are_left_out_on_all_ranks()
    {
        // Of one rank's share only, so that its count differs from the others'.
        var broken = RewardFunction.From("broken", (clip, prompt) => prompt.Text == "techno" ? float.NaN : clip.Samples.ToArray().Max());
        void Configure(DdpoTrainerBuilder builder, int rank) => builder
            .ConfigureTraining(o => (o.NumEpochs, o.LearningRate) = (Epochs, 1e-3))
            .ConfigureRewardFailures(o => (o.Action, o.MaxDroppedFraction) = (RewardFailureAction.DropSamples, 0.9));

        var one = await RankRun.TrainAsync(1, Configure, reward: broken);
        var two = await RankRun.TrainAsync(2, Configure, reward: broken);
        Assert.Contains(one.Epochs[0], epoch => epoch.DroppedSamples > 0);
        Assert.Equal(one.Epochs[0].Select(epoch => epoch.DroppedSamples), two.Epochs[0].Select(epoch => epoch.DroppedSamples));
        AssertNear(one, two);
    }

    [Fact]
    public async Task Rank_0_writes_the_run_and_what_it_writes_is_that_of_one_process()
    {
        void Configure(DdpoTrainerBuilder builder, string run) => builder
            .ConfigureTraining(o => o.NumEpochs = 2)
            .ConfigureCheckpoints(o => (o.Directory, o.SaveEveryEpochs, o.SaveSamplesEveryEpochs) = (_folder[run], 1, 1))
            .ConfigureValidation(o => (o.EveryEpochs, o.NumClipsPerPrompt, o.BatchSize, o.NumKeptClipsPerPrompt) = (1, 2, 2, 1));

        foreach (var (name, size, onRankZero) in new[] { ("one", 1, false), ("two", 2, false), ("three", 2, true) })
        {
            await RankRun.TrainAsync(size, (builder, _) =>
            {
                Configure(builder, name);
                builder.ConfigureSampling(o => o.ScoreOnRankZero = onRankZero);
            });
        }

        string[] Files(string run) => [.. Directory.GetFiles(_folder[run], "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(_folder[run], file)).Where(file => !file.Contains("tfevents", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        Assert.Equal(Files("one"), Files("two"));
        Assert.Equal(Files("one"), Files("three"));
        Assert.Contains("validation/epoch-0000/0000.wav", Files("one"));

        // Validation clips are shared out by whole batches, so that before the first epoch they are the same, bit for bit.
        foreach (var file in Files("one").Where(file => file.StartsWith("validation/epoch-0000/", StringComparison.Ordinal) && !file.EndsWith("round.json", StringComparison.Ordinal)))
        {
            Assert.Equal(await File.ReadAllBytesAsync(_folder[$"one/{file}"]), await File.ReadAllBytesAsync(_folder[$"two/{file}"]));
            Assert.Equal(await File.ReadAllBytesAsync(_folder[$"one/{file}"]), await File.ReadAllBytesAsync(_folder[$"three/{file}"]));
        }

        foreach (var (first, second) in SampleManifest.Read(_folder["one/samples/epoch-0001/samples.jsonl"]).Zip(SampleManifest.Read(_folder["two/samples/epoch-0001/samples.jsonl"])))
        {
            Assert.Equal((first.File, first.Prompt.Text), (second.File, second.Prompt.Text));
            Assert.Equal(first.Rewards["energy"], second.Rewards["energy"], Math.Abs(first.Rewards["energy"]) * 1e-4);
        }
    }

    [Theory]
    [InlineData("ddpo with all", 2, 1)]
    [InlineData("nft", 1, 2)]
    public async Task A_run_goes_on_on_another_number_of_ranks(string name, int before, int after)
    {
        Action<DdpoTrainerBuilder, int> In(string run, string? resume = null) => (builder, _) => builder
            .ConfigureCheckpoints(o => (o.Directory, o.ResumeFrom) = (_folder[run], resume))
            .ConfigureValidation(o => (o.EveryEpochs, o.NumClipsPerPrompt) = (1, 1))
            .ConfigureStopping(o => o.Best = new BestRoundOptions { Patience = 100 });

        var whole = await TrainAsync(before, name, In("whole"));
        var first = await TrainAsync(before, name, In("parts"), leaveAfter: 3);
        var second = await TrainAsync(after, name, In("parts", CheckpointOptions.Latest));
        Assert.Equal([0, 1, 2], first.Epochs[0].Select(epoch => epoch.Index));
        Assert.All(second.Epochs, epochs => Assert.Equal([3, 4], epochs.Select(epoch => epoch.Index)));
        Assert.InRange(second.DistanceTo(whole), 0, 1e-4);
        Assert.Equal(Epochs, (await File.ReadAllLinesAsync(_folder["parts/metrics.jsonl"])).Length);
    }

    [Fact]
    public async Task A_run_that_goes_on_on_as_many_ranks_is_bit_for_bit_the_run_that_never_stopped()
    {
        Action<DdpoTrainerBuilder, int> In(string run, string? resume = null) => (builder, _) => builder
            .ConfigureCheckpoints(o => (o.Directory, o.ResumeFrom) = (_folder[run], resume));

        var whole = await TrainAsync(2, "ddpo with all", In("whole"));
        await TrainAsync(2, "ddpo with all", In("parts"), leaveAfter: 2);
        var rest = await TrainAsync(2, "ddpo with all", In("parts", CheckpointOptions.Latest));
        Assert.Equal(TrainerFixture.Numbers(whole.Epochs[0].Skip(2)), TrainerFixture.Numbers(rest.Epochs[1]));
        Assert.Equal(whole.Weights, rest.Weights);
    }

    private static Task<RankRun> TrainAsync(int size, string name, Action<DdpoTrainerBuilder, int>? configure = null, int leaveAfter = int.MaxValue) => RankRun.TrainAsync(
        size,
        (builder, rank) =>
        {
            builder.ConfigureTraining(o => (o.NumEpochs, o.LearningRate) = (Epochs, 1e-3));
            RankAlgorithms.Use(builder, name);
            configure?.Invoke(builder, rank);
        },
        leaveAfter,
        name.StartsWith("draft", StringComparison.Ordinal) ? new Energy("energy") : null);

    /// <summary>As one process, but for rounding.</summary>
    private static void AssertNear(RankRun one, RankRun other)
    {
        var (first, second) = (one.Epochs[0][0], other.Epochs[0][0]);
        Assert.Equal(first.Reward.Mean, second.Reward.Mean, 1e-5 * Math.Max(1, Math.Abs(first.Reward.Mean)));
        Assert.Equal(first.Reward.Min, second.Reward.Min, 1e-5 * Math.Max(1, Math.Abs(first.Reward.Min)));
        Assert.Equal((first.Updates, first.SkippedUpdates), (second.Updates, second.SkippedUpdates));
        Assert.Equal(first.Measurements.Keys.Order(), second.Measurements.Keys.Order());
        foreach (var (key, value) in first.Measurements)
        {
            // The KL and the ratio's error are of rounding's size where nothing was trained yet.
            Assert.True(
                (double.IsNaN(value) && double.IsNaN(second[key])) || Math.Abs(value - second[key]) <= (1e-3 * Math.Abs(value)) + 1e-4, $"{key}: {value} and {second[key]}");
        }

        Assert.Equal(first.Loss, second.Loss, (1e-3 * Math.Abs(first.Loss)) + 1e-4);
        Assert.Equal(first.GradientNorm, second.GradientNorm, 1e-3 * first.GradientNorm);
        Assert.InRange(other.DistanceTo(one), 0, 1e-4);
    }
}
