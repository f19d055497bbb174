using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Training.Runs;

/// <summary>A run's folder is in the hands of one trainer. Of processes, one of them killed, the tests of the samples tell.</summary>
public sealed class RunLockTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(null)]
    [InlineData(CheckpointOptions.Latest)]
    public async Task A_folder_in_use_is_refused_until_its_trainer_is_disposed(string? resumeFrom)
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        await using var other = await TinyPipeline.LoadAsync();
        await using (var first = Builder(pipeline).Build())
        {
            await foreach (var epoch in first.TrainAsync())
            {
                var before = Files();
                await using var second = Builder(other)
                    .ConfigureCheckpoints(o => (o.Directory, o.ResumeFrom, o.Overwrite) = (_folder["./"], resumeFrom, resumeFrom is null)).Build();
                var error = await Assert.ThrowsAsync<InvalidOperationException>(async () => await second.TrainAsync().ToListAsync());
                Assert.Contains("is in use by another trainer", error.Message, StringComparison.Ordinal);
                Assert.Contains(_folder.Root, error.Message, StringComparison.Ordinal);
                await Assert.ThrowsAsync<InvalidOperationException>(() => second.SaveAsync(_folder["elsewhere"]));
                Assert.Equal(before, Files());
            }
        }

        await using var next = Builder(other).ConfigureTraining(o => o.NumEpochs = 3).ConfigureCheckpoints(o => o.ResumeFrom = CheckpointOptions.Latest).Build();
        Assert.Equal([2], (await next.TrainAsync().ToListAsync()).Select(epoch => epoch.Index));
    }

    [Fact]
    public async Task A_trainer_that_was_refused_takes_the_folder_when_it_is_free()
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        await using var other = await TinyPipeline.LoadAsync();
        await using var second = Builder(other).ConfigureCheckpoints(o => o.ResumeFrom = CheckpointOptions.Latest).Build();
        await using (var first = Builder(pipeline).ConfigureTraining(o => o.NumEpochs = 1).Build())
        {
            await first.TrainAsync().ToListAsync();
            await Assert.ThrowsAsync<InvalidOperationException>(async () => await second.TrainAsync().ToListAsync());
        }

        Assert.Equal([1], (await second.TrainAsync().ToListAsync()).Select(epoch => epoch.Index));
    }

    [Fact]
    public async Task A_trainer_whose_start_was_refused_for_another_reason_does_not_keep_the_folder()
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        await using (var first = Builder(pipeline).Build())
        {
            await first.TrainAsync().ToListAsync();
        }

        await using var other = await TinyPipeline.LoadAsync();
        await using var refused = Builder(other).Build();
        var error = await Assert.ThrowsAsync<InvalidOperationException>(async () => await refused.TrainAsync().ToListAsync());
        Assert.Contains("has a run already", error.Message, StringComparison.Ordinal);
        using var third = Ddpo.Audio.Training.Session.RunLock.Take(_folder.Root);
    }

    private DdpoTrainerBuilder Builder(AudioLdm2Pipeline pipeline) =>
        TrainerFixture.Builder(pipeline).ConfigureCheckpoints(o => (o.Directory, o.SaveEveryEpochs) = (_folder.Root, 1));

    private (string, long)[] Files() =>
        [.. new DirectoryInfo(_folder.Root).GetFiles("*", SearchOption.AllDirectories).Select(file => (file.FullName, file.Length)).Order()];
}
