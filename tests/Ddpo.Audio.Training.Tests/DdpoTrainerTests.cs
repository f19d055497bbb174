using System.Text.Json;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Training;

public sealed class DdpoTrainerTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Before_the_first_update_the_ratio_is_exactly_one(bool lora)
    {
        // One update an epoch: every ratio that is measured is of the policy that sampled.
        var (epochs, _) = await TrainerFixture.RunAsync(builder =>
        {
            builder.ConfigureTraining(o => o.GradientAccumulationSteps = 2);
            if (!lora)
            {
                builder.UseFullFineTuning();
            }
        });
        Assert.All(epochs, epoch =>
        {
            Assert.Equal(0, epoch[PolicyGradientMeasurements.OnPolicyRatioError]);
            Assert.Equal(1, epoch[PolicyGradientMeasurements.RatioMean]);
            Assert.Equal(0, epoch[PolicyGradientMeasurements.ApproxKl]);
            Assert.Equal(0, epoch[PolicyGradientMeasurements.ClipFraction]);
            Assert.Equal(1, epoch.Updates);
            Assert.True(epoch.GradientNorm > 0, "nothing was learned");
        });
    }

    [Fact]
    public async Task A_second_update_in_an_epoch_is_off_policy_and_is_measured()
    {
        var (epochs, _) = await TrainerFixture.RunAsync(builder => builder
            .UseDdpo(o => o.NumInnerEpochs = 2)
            .ConfigureTraining(o => o.LearningRate = 1e-2));
        Assert.All(epochs, epoch =>
        {
            Assert.Equal(0, epoch[PolicyGradientMeasurements.OnPolicyRatioError]);
            Assert.True(epoch[PolicyGradientMeasurements.ApproxKl] > 0, "the policy did not move");
            Assert.Equal(4, epoch.Updates);
        });
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_run_and_another_seed_another()
    {
        var first = await TrainerFixture.RunAsync(seed: 5);
        var second = await TrainerFixture.RunAsync(seed: 5);
        var other = await TrainerFixture.RunAsync(seed: 6);
        Assert.Equal(first.Weights, second.Weights);
        Assert.Equal(TrainerFixture.Numbers(first.Epochs), TrainerFixture.Numbers(second.Epochs));
        Assert.NotEqual(first.Weights, other.Weights);
    }

    [Theory]
    [InlineData(2, 1, 1, 1.0, 4)]
    [InlineData(4, 2, 1, 1.0, 1)]
    [InlineData(1, 4, 2, 0.5, 4)]
    public async Task Updates_are_counted_by_batch_accumulation_and_inner_epochs(
        int batch, int accumulation, int inner, double fraction, int updates)
    {
        var (epochs, _) = await TrainerFixture.RunAsync(builder => builder
            .UseDdpo(o => (o.NumInnerEpochs, o.TimestepFraction) = (inner, fraction))
            .ConfigureTraining(o => (o.BatchSize, o.GradientAccumulationSteps, o.NumEpochs) = (batch, accumulation, 1)));
        Assert.Equal(updates, Assert.Single(epochs).Updates);
    }

    [Theory]
    [InlineData(0, 4)]
    [InlineData(1, 3)]
    [InlineData(3, 1)]
    public async Task Skipped_timesteps_are_not_trained_on(int skipped, int trained)
    {
        var steps = new HashSet<(int Step, int Total)>();
        var progress = new ProgressAction<DdpoProgress>(value =>
        {
            if (value.Stage == DdpoStage.Training)
            {
                steps.Add((value.Step, value.TotalSteps));
            }
        });

        await using var pipeline = await TinyPipeline.LoadAsync();
        await using var trainer = TrainerFixture.Builder(pipeline)
            .ConfigureSampling(o => (o.NumInferenceSteps, o.BatchSize, o.NumBatchesPerEpoch) = (4, 2, 1))
            .UseDdpo(o => o.SkipLastTimesteps = skipped)
            .ConfigureTraining(o => o.NumEpochs = 1)
            .Build();
        await trainer.TrainAsync(progress).ToListAsync();

        Assert.Equal(Enumerable.Range(1, trained).Select(step => (step, trained)), steps.Order());
    }

    [Fact]
    public async Task The_base_model_is_untouched_by_lora_training_and_back_when_the_trainer_is_disposed()
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        var before = await TinyPipeline.ListenAsync(pipeline);
        await using (var trainer = TrainerFixture.Builder(pipeline).ConfigureTraining(o => o.LearningRate = 0.1).Build())
        {
            await foreach (var epoch in trainer.TrainAsync())
            {
                Assert.True(epoch.Updates > 0);
            }

            Assert.NotEqual(before, await TinyPipeline.ListenAsync(pipeline));
        }

        Assert.Equal(before, await TinyPipeline.ListenAsync(pipeline));
    }

    [Fact]
    public async Task Leaving_the_loop_stops_training_and_the_next_loop_goes_on()
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        await using var trainer = TrainerFixture.Builder(pipeline).Build();
        await foreach (var epoch in trainer.TrainAsync())
        {
            Assert.Equal(0, epoch.Index);
            break;
        }

        Assert.Equal([1], (await trainer.TrainAsync().ToListAsync()).Select(epoch => epoch.Index));
    }

    [Fact]
    public async Task Cancellation_is_seen_within_one_denoising_step()
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        await using var trainer = TrainerFixture.Builder(pipeline).Build();
        using var cancel = new CancellationTokenSource();
        var reports = 0;
        var progress = new ProgressAction<DdpoProgress>(_ =>
        {
            reports++;
            cancel.Cancel();
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await trainer.TrainAsync(progress, cancel.Token).ToListAsync());
        Assert.Equal(1, reports);
    }

    [Fact]
    public async Task Two_trainings_at_once_are_refused()
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        await using var trainer = TrainerFixture.Builder(pipeline).Build();
        await using var first = trainer.TrainAsync().GetAsyncEnumerator();
        Assert.True(await first.MoveNextAsync());
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await trainer.TrainAsync().ToListAsync());
    }

    [Fact]
    public async Task A_second_adapter_on_the_same_pipeline_is_refused()
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        await using var first = TrainerFixture.Builder(pipeline).Build();
        await using var second = TrainerFixture.Builder(pipeline).Build();
        await using var training = first.TrainAsync().GetAsyncEnumerator();
        Assert.True(await training.MoveNextAsync());
        var error = await Assert.ThrowsAsync<InvalidOperationException>(async () => await second.TrainAsync().ToListAsync());
        Assert.Contains("adapter", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_writes_metrics_line_by_line_and_saves_at_its_frequency_and_at_the_end()
    {
        using var folder = new TemporaryFolder();
        var (epochs, _) = await TrainerFixture.RunAsync(builder => builder
            .ConfigureTraining(o => o.NumEpochs = 3)
            .ConfigureCheckpoints(o => (o.Directory, o.SaveEveryEpochs) = (folder.Root, 2)));

        var lines = await File.ReadAllLinesAsync(Path.Combine(folder.Root, "metrics.jsonl"));
        Assert.Equal(epochs.Count, lines.Length);
        for (var i = 0; i < lines.Length; i++)
        {
            using var line = JsonDocument.Parse(lines[i]);
            Assert.Equal(epochs[i].Reward.Mean, line.RootElement.GetProperty("reward").GetProperty("mean").GetDouble());
            Assert.Equal(i, line.RootElement.GetProperty("index").GetInt32());
        }

        Assert.Equal(["epoch-0002", "epoch-0003"], Directory.GetDirectories(folder["checkpoints"]).Select(Path.GetFileName).Order());
        Assert.All(Directory.GetDirectories(folder["checkpoints"]), saved => Assert.Equal(
            ["checkpoint.json", "metrics.jsonl", "optimizer.safetensors", "pytorch_lora_weights.safetensors", "trainer_state.json"],
            Directory.GetFiles(saved).Select(Path.GetFileName).Order()));
    }

    [Fact]
    public async Task A_saved_adapter_generates_what_the_trainer_did()
    {
        using var folder = new TemporaryFolder();
        await using var pipeline = await TinyPipeline.LoadAsync();
        float[] trained;
        await using (var trainer = TrainerFixture.Builder(pipeline).ConfigureTraining(o => o.LearningRate = 0.1).Build())
        {
            Assert.NotEmpty(await trainer.TrainAsync().ToListAsync());
            trained = await TinyPipeline.ListenAsync(pipeline);
            await trainer.SaveAsync(folder.Root);
        }

        await using (await pipeline.ApplyLoraAsync(folder.Root))
        {
            // The adapter is part of the weights here, where the trainer has it beside them.
            Assert.All(trained.Zip(await TinyPipeline.ListenAsync(pipeline)), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
        }
    }
}
