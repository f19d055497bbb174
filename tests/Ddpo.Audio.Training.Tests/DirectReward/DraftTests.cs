using Ddpo.Audio.Testing;
using Ddpo.Audio.Tests.Training.Runs;
using Microsoft.Extensions.Options;

namespace Ddpo.Audio.Tests.Training.DirectReward;

public sealed class DraftTests
{
    public static TheoryData<string, Action<DdpoTrainerBuilder>> Mistakes => new()
    {
        { "GradientSteps is 4; expected at most the 3", b => b.UseDraft(o => o.GradientSteps = 4) },
        { "GradientSteps is -1", b => b.UseDraft(o => o.GradientSteps = -1) },
        { "Reward 'energy' (DelegateReward) cannot be differentiated", b => b.UseDraft().AddReward(TrainerFixture.Energy) },
        { "Reward 'mute' (Energy) cannot be differentiated, which DRaFT needs: it is mute.", b => b.UseDraft().AddReward(new Energy("mute") { GradientProblem = "it is mute" }) },
        { "Renoisings is 2, but GradientSteps is 0 (3 steps)", b => b.UseDraft(o => o.Renoisings = 2) },
        { "Renoisings is 1, but GradientSteps is 2 (2 steps)", b => b.UseDraft(o => (o.Renoisings, o.GradientSteps) = (1, 2)) },
        { "Renoisings is -1", b => b.UseDraft(o => o.Renoisings = -1) },
        { "TimestepsPerPass is 3, but DRaFT follows the gradient from step to step: expected 1", b => b.UseDraft().ConfigureTraining(o => o.TimestepsPerPass = 3) },
        { "KlWeight is 0.5, but every weight", b => b.UseDraft(o => o.KlWeight = 0.5).UseFullFineTuning() },
        { "MicroBatchSize is 3, which does not divide the sampling batch (4)", b => b.UseDraft(o => o.MicroBatchSize = 3) },
        { "Eta is -1", b => b.UseDraft().ConfigureSampling(o => o.Eta = -1) },
        { "BatchSize is 2, but DRaFT trains on batches as they are sampled (4)", b => b.UseDraft().ConfigureTraining(o => o.BatchSize = 2) },
        { "normalization of reward 'other' is Rank", b => b.UseDraft().AddReward(new Energy("other"), 1, RewardNormalization.Rank) },
        { "does not divide the 8 samples", b => b.UseDraft().ConfigureTraining(o => o.GradientAccumulationSteps = 3) },
    };

    [Theory]
    [InlineData(0, 0, 1, false)]
    [InlineData(0, 0, 0, false)] // without fresh noise in any step
    [InlineData(0, 0, 1, true)]
    [InlineData(1, 0, 1, false)]
    [InlineData(1, 2, 1, false)]
    public async Task The_reward_rises_with_gradients_through_all_steps_and_through_the_last(int steps, int renoisings, double eta, bool normalizes)
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        await using var trainer = Builder(pipeline).UseDraft(o => (o.GradientSteps, o.Renoisings, o.NormalizeGradients) = (steps, renoisings, normalizes))
            .ConfigureSampling(o => o.Eta = eta)
            .ConfigureTraining(o => (o.NumEpochs, o.LearningRate) = (6, 0.05)).Build();
        var epochs = await trainer.TrainAsync().ToListAsync();
        Assert.All(epochs, epoch => Assert.Equal((2, 8), (epoch.Updates, epoch.Reward.Count)));
        Assert.All(epochs, epoch => Assert.Equal(-epoch.Reward.Mean, epoch.Loss, 1e-6 * Math.Abs(epoch.Loss)));
        Assert.True(epochs[^1].Reward.Mean > epochs[0].Reward.Mean, $"from {epochs[0].Reward.Mean} to {epochs[^1].Reward.Mean}");
        Assert.Equal(epochs[0].Metrics["again"].Mean, epochs[0].Reward.Mean, 1e-6);
    }

    [Theory]
    [InlineData(2, 0, 0.1, 2, false)]
    [InlineData(1, 2, 0, 0, false)]
    [InlineData(0, 0, 0.1, 2, true)]
    public async Task A_run_that_was_left_and_resumed_is_bit_for_bit_the_run_that_was_not(int steps, int renoisings, double klWeight, int microBatch, bool normalizes)
    {
        using var folder = new TemporaryFolder();
        var draft = (steps, renoisings, klWeight, microBatch, normalizes);
        var whole = await RunAsync(draft, folder["whole"], int.MaxValue, null);
        var first = await RunAsync(draft, folder["parts"], 2, null);
        var rest = await RunAsync(draft, folder["parts"], int.MaxValue, CheckpointOptions.Latest);
        Assert.Equal(TrainerFixture.Numbers(whole), TrainerFixture.Numbers([.. first, .. rest]));
        Assert.Equal(RunDigest.Of(folder["whole"], 4), RunDigest.Of(folder["parts"], 4));
    }

    [Fact]
    public async Task The_pull_to_the_reference_is_measured_and_keeps_the_model_near()
    {
        var (free, held) = (await DivergencesAsync(1e-9), await DivergencesAsync(1e3));
        Assert.Equal(0, free[0].Kl); // before the first update, the adapter changes nothing
        Assert.True(held[^1].Kl < free[^1].Kl / 2, $"{held[^1].Kl} and {free[^1].Kl}");
        Assert.All(held, epoch => Assert.Equal((1e3 * epoch.Kl) - epoch.Reward, epoch.Loss, 1e-4 * Math.Abs(epoch.Loss)));

        async Task<(double Kl, double Loss, double Reward)[]> DivergencesAsync(double weight)
        {
            await using var pipeline = await TinyPipeline.LoadAsync();
            await using var trainer = Builder(pipeline).UseDraft(o => o.KlWeight = weight)
                .ConfigureSampling(o => o.NumBatchesPerEpoch = 1)
                .ConfigureTraining(o => (o.NumEpochs, o.LearningRate) = (5, 0.02)).Build();
            var epochs = await trainer.TrainAsync().ToListAsync();
            return [.. epochs.Select(epoch => (epoch.Measurements["reference_kl"], epoch.Loss, epoch.Reward.Mean))];
        }
    }

    [Fact]
    public async Task An_epoch_that_is_cancelled_between_steps_of_the_gradient_is_begun_again()
    {
        using var stop = new CancellationTokenSource();
        await using var pipeline = await TinyPipeline.LoadAsync();
        var reward = new Energy("first") { Asked = stop.Cancel };
        await using var trainer = TrainerFixture.BuilderWithoutReward(pipeline).AddReward(reward).UseDraft().ConfigureTraining(o => o.NumEpochs = 1).Build();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await trainer.TrainAsync(cancellationToken: stop.Token).ToListAsync());
        var resumed = await trainer.TrainAsync().ToListAsync();

        await using var another = await TinyPipeline.LoadAsync();
        await using var whole = TrainerFixture.BuilderWithoutReward(another).AddReward(new Energy("first")).UseDraft()
            .ConfigureTraining(o => o.NumEpochs = 1).Build();
        Assert.Equal(TrainerFixture.Numbers(await whole.TrainAsync().ToListAsync()), TrainerFixture.Numbers(resumed));
    }

    [Theory]
    [InlineData(float.NaN, false)]
    [InlineData(0, true)]
    public async Task A_gradient_that_is_not_finite_or_too_short_stops_training_with_the_rewards_name(float value, bool isShort)
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        await using var trainer = TrainerFixture.BuilderWithoutReward(pipeline).UseDraft().AddReward(new Energy("broken") { Broken = (value, isShort) }).Build();
        var error = await Assert.ThrowsAsync<RewardException>(async () => await trainer.TrainAsync().ToListAsync());
        Assert.Contains("'broken', sample 0", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task What_cannot_be_is_refused_when_the_trainer_is_built(string expected, Action<DdpoTrainerBuilder> mistake)
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        var builder = Builder(pipeline);
        mistake(builder);
        var error = Assert.Throws<OptionsValidationException>(builder.Build);
        Assert.Contains(error.Failures, failure => failure.Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void An_own_algorithm_has_to_be_given()
    {
        var error = Assert.Throws<OptionsValidationException>(new DdpoTrainerBuilder(new DdpoOptions { Algorithm = TrainingAlgorithm.Own }).Build);
        Assert.Contains(error.Failures, failure => failure.Contains("Algorithm is Own, but there is none", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_epoch_leaves_no_tensors()
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        await LiveTensors.AssertFlatAsync(
            async () =>
            {
                await using var trainer = Builder(pipeline).UseDraft().ConfigureTraining(o => o.NumEpochs = 1).Build();
                Assert.Single(await trainer.TrainAsync().ToListAsync());
            },
            times: 2);
    }

    private static DdpoTrainerBuilder Builder(AudioLdm2Pipeline pipeline) =>
        TrainerFixture.BuilderWithoutReward(pipeline).AddReward(new Energy("first")).AddMetric(new Energy("again"));

    private static async Task<List<DdpoEpoch>> RunAsync(
        (int Steps, int Renoisings, double KlWeight, int MicroBatch, bool NormalizeGradients) draft, string folder, int leaveAfter, string? resume)
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        await using var trainer = Builder(pipeline)
            .UseDraft(o => (o.GradientSteps, o.Renoisings, o.KlWeight, o.MicroBatchSize, o.NormalizeGradients) = draft)
            .ConfigureTraining(o => (o.NumEpochs, o.LearningRate) = (4, 1e-2))
            .ConfigureCheckpoints(o => (o.Directory, o.SaveSamplesEveryEpochs, o.ResumeFrom) = (folder, 1, resume)).Build();
        var epochs = new List<DdpoEpoch>();
        await foreach (var epoch in trainer.TrainAsync())
        {
            epochs.Add(epoch);
            if (epochs.Count == leaveAfter)
            {
                break;
            }
        }

        return epochs;
    }
}
