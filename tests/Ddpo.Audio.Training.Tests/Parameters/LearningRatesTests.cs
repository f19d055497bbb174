using Ddpo.Audio.Testing;
using Ddpo.Audio.Tests.Training.PolicyGradient;
using Ddpo.Audio.Training.Parameters;
using Microsoft.Extensions.Options;

namespace Ddpo.Audio.Tests.Training.Parameters;

public sealed class LearningRatesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0, 10)]
    [InlineData(3, 10)]
    [InlineData(9, 10)]
    [InlineData(100, 1000)]
    public void Factors_are_those_of_transformers(int warmup, int updates)
    {
        for (var update = 0; update <= updates; update++)
        {
            // optimization.py: _get_constant_schedule_with_warmup_lr_lambda, _get_linear_..., _get_cosine_... with num_cycles = 0.5.
            var rise = (double)update / Math.Max(1, warmup);
            var progress = (double)(update - warmup) / Math.Max(1, updates - warmup);
            var linear = Math.Max(0.0, (double)(updates - update) / Math.Max(1, updates - warmup));
            var cosine = Math.Max(0.0, 0.5 * (1.0 + Math.Cos(Math.PI * 0.5 * 2.0 * progress)));
            Assert.Equal(update < warmup ? rise : 1, Factor(LearningRateSchedule.Constant), 1e-15);
            Assert.Equal(update < warmup ? rise : linear, Factor(LearningRateSchedule.Linear), 1e-15);
            Assert.Equal(update < warmup ? rise : cosine, Factor(LearningRateSchedule.Cosine), 1e-15);

            double Factor(LearningRateSchedule schedule) =>
                LearningRates.Factor(new TrainingOptions { LearningRateSchedule = schedule, WarmupUpdates = warmup }, update, updates);
        }
    }

    [Theory]
    [InlineData(LearningRateSchedule.Linear, 0.5)]
    [InlineData(LearningRateSchedule.Cosine, 0.5)]
    [InlineData(LearningRateSchedule.Constant, 1)]
    public void A_run_that_is_longer_than_it_said_does_not_climb_again(LearningRateSchedule schedule, double middle)
    {
        var options = new TrainingOptions { LearningRateSchedule = schedule };
        Assert.Equal(middle, LearningRates.Factor(options, 4, 8), 1e-15);
        Assert.Equal(schedule == LearningRateSchedule.Constant ? 1 : 0, LearningRates.Factor(options, 12, 8), 1e-15);
    }

    [Theory]
    [InlineData("ddpo", 1, 1)]
    [InlineData("ddpo", 2, 2)]
    [InlineData("grpo", 3, 1)]
    public async Task Epochs_say_the_rate_of_their_last_update_by_the_updates_that_the_settings_give(string algorithm, int passes, int accumulation)
    {
        var (epochs, _) = await TrainerFixture.RunAsync(builder => Algorithms.Use(builder, algorithm, o => o.NumInnerEpochs = passes)
            .ConfigureTraining(o =>
            {
                (o.NumEpochs, o.LearningRate, o.GradientAccumulationSteps) = (3, 0.01, accumulation);
                (o.LearningRateSchedule, o.WarmupUpdates) = (LearningRateSchedule.Linear, 1);
            }));
        var each = passes * 2 / accumulation;
        Assert.All(epochs, epoch => Assert.Equal(each, epoch.Updates));
        Assert.Equal(
            Enumerable.Range(1, 3).Select(done => (done * each) - 1).Select(update => update < 1 ? 0 : 0.01 * ((3 * each) - update) / ((3 * each) - 1)),
            epochs.Select(epoch => epoch[TrainingMeasurements.LearningRate]),
            (a, b) => Math.Abs(a - b) < 1e-15);
    }

    [Fact]
    public async Task A_rate_of_0_changes_no_weight()
    {
        var (_, before) = await TrainerFixture.RunAsync(builder => builder.ConfigureTraining(o => (o.LearningRate, o.NumEpochs) = (1e-30, 1)));
        var (_, after) = await TrainerFixture.RunAsync(builder => builder
            .ConfigureSampling(o => o.NumBatchesPerEpoch = 1)
            .ConfigureTraining(o => (o.LearningRate, o.NumEpochs, o.WarmupUpdates) = (0.1, 2, 1)));
        Assert.NotEqual(before, after); // the second update
        var (epochs, _) = await TrainerFixture.RunAsync(builder => builder
            .ConfigureSampling(o => o.NumBatchesPerEpoch = 1)
            .ConfigureTraining(o => (o.LearningRate, o.NumEpochs, o.WarmupUpdates) = (0.1, 2, 1)));
        Assert.Equal([0, 0.1], epochs.Select(epoch => epoch[TrainingMeasurements.LearningRate]));
    }

    [Fact]
    public async Task A_warm_up_that_the_run_does_not_outlast_is_refused()
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        var builder = TrainerFixture.Builder(pipeline).UseDdpo(o => o.NumInnerEpochs = 3).ConfigureTraining(o => o.WarmupUpdates = 12);
        Assert.Equal(
            ["WarmupUpdates is 12; expected less than the 12 updates of the run (2 epochs of 6)."],
            Assert.Throws<OptionsValidationException>(builder.Build).Failures);
        await using var trainer = builder.ConfigureTraining(o => o.WarmupUpdates = 11).Build();
    }

    [Fact]
    public async Task A_run_whose_schedule_ends_with_it_keeps_its_length()
    {
        async Task<List<DdpoEpoch>> RunAsync(int epochs, LearningRateSchedule schedule, string? from) => (await TrainerFixture.RunAsync(builder => builder
            .ConfigureTraining(o => (o.NumEpochs, o.LearningRateSchedule) = (epochs, schedule))
            .ConfigureCheckpoints(o => (o.Directory, o.ResumeFrom) = (_folder[schedule.ToString()], from)))).Epochs;

        await RunAsync(1, LearningRateSchedule.Cosine, null);
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => RunAsync(2, LearningRateSchedule.Cosine, CheckpointOptions.Latest));
        Assert.StartsWith("Training:NumEpochs was 1 in the run of ", Assert.Single(error.Failures), StringComparison.Ordinal);
        await RunAsync(1, LearningRateSchedule.Constant, null);
        Assert.Single(await RunAsync(2, LearningRateSchedule.Constant, CheckpointOptions.Latest));
    }
}
