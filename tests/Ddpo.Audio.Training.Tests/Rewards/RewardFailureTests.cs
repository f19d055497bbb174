using Ddpo.Audio.Testing;
using Ddpo.Audio.Training.Algorithms.PolicyGradient;

namespace Ddpo.Audio.Tests.Training.Rewards;

public sealed class RewardFailureTests
{
    [Fact]
    public async Task A_reward_that_throws_is_reported_with_its_name_and_cause()
    {
        var error = await TrainWith(RewardFunction.From("judge", float (_, _) => throw new InvalidDataException("no power")));
        Assert.Contains("'judge'", error.Message, StringComparison.Ordinal);
        Assert.Contains("no power", error.Message, StringComparison.Ordinal);
        Assert.IsType<InvalidDataException>(error.InnerException);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public async Task A_value_that_is_not_finite_is_reported_with_the_sample_and_its_prompt(float value)
    {
        var calls = 0;
        var error = await TrainWith(RewardFunction.From("judge", (_, _) => ++calls == 3 ? value : 1));
        Assert.Contains("sample 2", error.Message, StringComparison.Ordinal);
        Assert.Contains("prompt \"", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_number_of_values_is_reported_with_both_numbers()
    {
        var error = await TrainWith(new Constant(3));
        Assert.Contains("3 values for 4 clips", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    [InlineData(null)]
    public async Task A_reward_that_is_asked_again_in_time_changes_nothing(float? first)
    {
        using var log = new LogLines();
        var calls = 0;
        var flaky = RewardFunction.From("energy", (clip, prompt) => ++calls == 3
            ? first ?? throw new TimeoutException("busy")
            : clip.Samples.ToArray().Sum(sample => sample * sample));
        var expected = await TrainerFixture.RunAsync();
        var actual = await TrainerFixture.RunAsync(
            builder => builder.AddReward(flaky).ConfigureRewardFailures(o => o.Retries = 1).WithLoggerFactory(log), withEnergy: false);
        Assert.Equal(expected.Weights, actual.Weights);
        Assert.Equal(TrainerFixture.Numbers(expected.Epochs), TrainerFixture.Numbers(actual.Epochs));
        Assert.Contains("energy failed and is asked again (1 of 1)", Assert.Single(log.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reward_that_keeps_failing_ends_training_after_its_retries()
    {
        var calls = 0;
        await Assert.ThrowsAsync<RewardException>(() => TrainerFixture.RunAsync(builder => builder
            .AddReward(RewardFunction.From("judge", (_, _) => ++calls == 0 ? 1 : throw new TimeoutException("busy")))
            .ConfigureRewardFailures(o => o.Retries = 2)));
        Assert.Equal(3, calls);
    }

    [Fact]
    public async Task Samples_that_a_reward_fails_on_are_dropped_and_take_no_part_in_anything()
    {
        using var log = new LogLines();
        using var folder = new TemporaryFolder();
        var picky = RewardFunction.From("picky", (_, prompt) => prompt.Text == "techno" ? throw new InvalidDataException("not music") : 1);
        var (epochs, _) = await TrainerFixture.RunAsync(builder => builder
            .AddReward(picky, 1, RewardNormalization.RunningZScore)
            .ConfigureRewardFailures(o => (o.Action, o.MaxDroppedFraction) = (RewardFailureAction.DropSamples, 0.9))
            .ConfigureCheckpoints(o => (o.Directory, o.SaveSamplesEveryEpochs) = (folder.Root, 1))
            .WithLoggerFactory(log));
        foreach (var epoch in epochs)
        {
            var samples = SampleManifest.Read(folder[$"samples/epoch-000{epoch.Index + 1}/samples.jsonl"]);
            var dropped = samples.Where(sample => sample.Prompt.Text == "techno").ToList();
            Assert.Equal(dropped.Count, epoch.DroppedSamples);
            Assert.Equal(8 - dropped.Count, epoch.Reward.Count);
            Assert.Equal((8, 8 - dropped.Count), (epoch.Rewards["energy"].Count, epoch.Rewards["picky"].Count));
            Assert.All(dropped, sample => Assert.Equal(["energy"], sample.Rewards.Keys));
            Assert.Equal(samples.Except(dropped).Average(sample => sample.Rewards["energy"]), epoch.Reward.Mean, 1e-4); // the other's z-scores are 0
        }

        Assert.Contains(epochs, epoch => epoch.DroppedSamples > 0);
        Assert.Contains(log.Warnings, warning => warning.Contains("picky failed on 4 clips and is asked about each", StringComparison.Ordinal));
    }

    [Fact]
    public void A_dropped_sample_gets_no_advantage_and_the_others_what_they_get_without_it()
    {
        Prompt[] prompts = ["a", "b", "a", "b", "a"];
        foreach (var tracking in new PerPromptStatTrackingOptions?[] { null, new() { BufferSize = 4, MinCount = 2 } })
        {
            var all = PolicyGradientAlgorithm.AdvantagesOf(new PromptAdvantages(tracking), new RolloutSet([], prompts, [1, float.NaN, 3, 5, 2.5f]));
            var without = new PromptAdvantages(tracking).Estimate([1, 3, 5, 2.5f], ["a", "a", "b", "a"]);
            Assert.Equal([without[0], 0, without[1], without[2], without[3]], all);
        }
    }

    [Fact]
    public async Task Values_that_are_not_numbers_are_dropped_without_asking_again_and_a_wrong_count_is_asked_one_by_one()
    {
        var calls = 0;
        var odd = RewardFunction.From("odd", (_, _) => ++calls % 8 == 1 ? float.NaN : 1);
        var (epochs, _) = await TrainerFixture.RunAsync(builder => builder
            .AddReward(odd)
            .AddReward(new Constant(1))
            .ConfigureRewardFailures(o => o.Action = RewardFailureAction.DropSamples));
        Assert.Equal([1, 1], epochs.Select(epoch => epoch.DroppedSamples));
        Assert.Equal(16, calls);
        Assert.All(epochs, epoch => Assert.Equal(8, epoch.Rewards["constant"].Count));
    }

    [Fact]
    public async Task Where_a_metric_fails_only_its_value_is_missing()
    {
        var metric = RewardFunction.From("metric", (_, prompt) => prompt.Text == "techno" ? float.NaN : 1);
        var expected = await TrainerFixture.RunAsync();
        var (epochs, weights) = await TrainerFixture.RunAsync(builder => builder
            .AddMetric(metric)
            .AddMetric(RewardFunction.From("none", float (_, _) => throw new InvalidDataException()))
            .ConfigureRewardFailures(o => o.Action = RewardFailureAction.DropSamples));
        Assert.Equal(expected.Weights, weights);
        Assert.All(epochs, epoch => Assert.Equal(0, epoch.DroppedSamples));
        Assert.Contains(epochs, epoch => epoch.Metrics["metric"].Count < 8);
        Assert.All(epochs, epoch => Assert.DoesNotContain("none", epoch.Metrics.Keys));
    }

    [Theory]
    [InlineData(0.25)]
    [InlineData(1)]
    public async Task Too_many_dropped_samples_end_training(double most)
    {
        var error = await Assert.ThrowsAsync<RewardException>(() => TrainerFixture.RunAsync(builder => builder
            .AddReward(RewardFunction.From("broken", (_, _) => float.NaN))
            .ConfigureRewardFailures(o => (o.Action, o.MaxDroppedFraction) = (RewardFailureAction.DropSamples, most))));
        Assert.Contains("failed on 8 of the 8 samples", error.Message, StringComparison.Ordinal);
        Assert.Contains("MaxDroppedFraction", error.Message, StringComparison.Ordinal);
    }

    private static async Task<RewardException> TrainWith(IRewardFunction reward)
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        await using var trainer = TrainerFixture.Builder(pipeline).AddReward(reward).Build();
        return await Assert.ThrowsAsync<RewardException>(async () => await trainer.TrainAsync().ToListAsync());
    }

    private sealed class Constant(int count) : IRewardFunction
    {
        public string Name => "constant";

        public Task<IReadOnlyList<float>> ScoreAsync(
            IReadOnlyList<AudioClip> clips, IReadOnlyList<Prompt> prompts, CancellationToken cancellationToken = default) =>
            Task.FromResult<IReadOnlyList<float>>(new float[count]);
    }
}
