using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Training;

public sealed class TrainingBesideOthersTests
{
    [Fact]
    public async Task Two_pipelines_in_one_process_train_and_generate_as_each_does_alone()
    {
        var expected = await TrainerFixture.RunAsync();
        await using var other = await TinyPipeline.LoadAsync();
        var alone = await TinyPipeline.ListenAsync(other);

        var trainings = new[] { TrainerFixture.RunAsync(), TrainerFixture.RunAsync() };
        do
        {
            Assert.Equal(alone, await TinyPipeline.ListenAsync(other));
        }
        while (!trainings.All(training => training.IsCompleted));

        foreach (var (epochs, weights) in await Task.WhenAll(trainings))
        {
            Assert.Equal(expected.Weights, weights);
            Assert.Equal(TrainerFixture.Numbers(expected.Epochs), TrainerFixture.Numbers(epochs));
        }
    }

    [Fact]
    public async Task Generating_with_the_pipeline_that_is_trained_waits_its_turn_and_does_not_change_the_run()
    {
        var expected = await TrainerFixture.RunAsync();
        await using var pipeline = await TinyPipeline.LoadAsync();
        await using var trainer = TrainerFixture.Builder(pipeline).Build();
        var training = Task.Run(async () => await trainer.TrainAsync().ToListAsync());
        var clips = 0;
        do
        {
            var all = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => TinyPipeline.ListenAsync(pipeline))));
            clips += all.Length;
        }
        while (!training.IsCompleted);

        Assert.Equal(TrainerFixture.Numbers(expected.Epochs), TrainerFixture.Numbers(await training));
        Assert.True(clips >= 4);
    }
}
