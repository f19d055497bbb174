using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Training;

public sealed class TrainerDisposalTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    [Theory]
    [InlineData(DdpoStage.Sampling)]
    [InlineData(DdpoStage.Training)]
    public async Task Disposing_a_trainer_at_work_stops_it_within_one_step_and_takes_the_adapter_off(DdpoStage stage)
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        var before = await TinyPipeline.ListenAsync(pipeline);
        var trainer = TrainerFixture.Builder(pipeline).Build();
        using var reached = new ManualResetEventSlim();
        using var disposing = new ManualResetEventSlim();
        var after = 0;
        var progress = new ProgressAction<DdpoProgress>(report =>
        {
            after += reached.IsSet ? 1 : 0;
            if (report.Stage == stage && !reached.IsSet)
            {
                reached.Set();
                disposing.Wait(s_patience);
            }
        });
        var training = Task.Run(async () => await trainer.TrainAsync(progress).ToListAsync());
        Assert.True(reached.Wait(s_patience), "training did not get there");
        var disposal = trainer.DisposeAsync(); // asks training to stop, from another thread
        disposing.Set();
        await disposal;

        await Assert.ThrowsAsync<ObjectDisposedException>(() => training);
        Assert.InRange(after, 0, 1);
        Assert.Equal(before, await TinyPipeline.ListenAsync(pipeline));
    }

    [Fact]
    public async Task A_trainer_that_is_disposed_between_two_epochs_ends_its_loop_and_has_saved_its_run()
    {
        using var folder = new TemporaryFolder();
        await using var pipeline = await TinyPipeline.LoadAsync();
        var trainer = TrainerFixture.Builder(pipeline).ConfigureCheckpoints(o => o.Directory = folder.Root).Build();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () =>
        {
            await foreach (var epoch in trainer.TrainAsync())
            {
                Assert.Equal(0, epoch.Index);
                await trainer.DisposeAsync();
            }
        });
        Assert.True(Directory.Exists(folder["checkpoints/epoch-0001"]), "the first epoch is lost");
    }

    [Fact]
    public async Task A_trainer_may_outlive_its_pipeline_and_be_disposed_twice_at_once()
    {
        var pipeline = await TinyPipeline.LoadAsync();
        var trainer = TrainerFixture.Builder(pipeline).Build();
        await using (var training = trainer.TrainAsync().GetAsyncEnumerator())
        {
            Assert.True(await training.MoveNextAsync());
        }

        await pipeline.DisposeAsync();
        await Task.WhenAll(trainer.DisposeAsync().AsTask(), trainer.DisposeAsync().AsTask());
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await trainer.TrainAsync().ToListAsync());
    }

    [Fact]
    public async Task A_pipeline_that_is_disposed_under_a_training_ends_it()
    {
        var pipeline = await TinyPipeline.LoadAsync();
        await using var trainer = TrainerFixture.Builder(pipeline).Build();
        var disposal = ValueTask.CompletedTask;
        var progress = new ProgressAction<DdpoProgress>(report =>
        {
            if (report is { Epoch: 0, Stage: DdpoStage.Sampling, Step: 1 })
            {
                disposal = pipeline.DisposeAsync();
            }
        });
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await trainer.TrainAsync(progress).ToListAsync());
        await disposal;
    }
}
