using Ddpo.Audio.Runtime;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Training;

public sealed class TrainingTensorsTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Fifty_training_steps_leave_no_tensors_behind(bool lora)
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        var builder = TrainerFixture.Builder(pipeline)
            .ConfigureSampling(o => o.BatchSize = 2)
            .ConfigureTraining(o => o.NumEpochs = 5)
            .UseDdpo(o => o.NumInnerEpochs = 2);
        await using var trainer = (lora ? builder : builder.UseFullFineTuning()).Build();
        var counts = new List<long>();
        var steps = 0;
        var progress = new ProgressAction<DdpoProgress>(report => steps += report.Stage == DdpoStage.Training ? 1 : 0);
        await foreach (var epoch in trainer.TrainAsync(progress))
        {
            counts.Add(TensorCount.Total);
        }

        Assert.True(steps >= 50, $"{steps} steps");
        Assert.All(counts.Skip(1), count => Assert.Equal(counts[1], count)); // from the second on, the optimizer's state is there
    }

    [Fact]
    public async Task Training_and_disposing_leaves_no_tensors_on_the_pipeline()
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        await LiveTensors.AssertFlatAsync(
            async () =>
            {
                await using var trainer = TrainerFixture.Builder(pipeline).ConfigureTraining(o => o.NumEpochs = 1).Build();
                Assert.Single(await trainer.TrainAsync().ToListAsync());
            },
            times: 2);
    }

    [Fact]
    public async Task A_failed_or_cancelled_epoch_leaves_no_tensors()
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        await LiveTensors.AssertFlatAsync(
            async () =>
            {
                using var cancel = new CancellationTokenSource();
                var failing = RewardFunction.From("failing", float (_, _) => throw new InvalidDataException());
                await using (var trainer = TrainerFixture.Builder(pipeline).AddReward(failing).Build())
                {
                    await Assert.ThrowsAsync<RewardException>(async () => await trainer.TrainAsync().ToListAsync());
                }

                await using var cancelled = TrainerFixture.Builder(pipeline).Build();
                var progress = new ProgressAction<DdpoProgress>(report =>
                {
                    if (report.Stage == DdpoStage.Training)
                    {
                        cancel.Cancel();
                    }
                });
                await Assert.ThrowsAnyAsync<OperationCanceledException>(
                    async () => await cancelled.TrainAsync(progress, cancel.Token).ToListAsync());
            },
            times: 1);
    }
}
