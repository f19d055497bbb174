using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Training.Parameters;

/// <summary>Training that starts from a trained adapter, and pipelines that have one on.</summary>
public sealed class InitialWeightsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(null)]
    [InlineData(8f)]
    public async Task A_run_starts_where_the_adapter_stood(float? alpha)
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        var trained = await TrainAsync(pipeline, epochs: 2, o => o.Rank = 2, "first");
        float[] heard;
        await using (await pipeline.ApplyLoraAsync(trained))
        {
            heard = await TinyPipeline.ListenAsync(pipeline);
        }

        // What is saved before anything was trained does what the adapter did.
        var again = await TrainAsync(pipeline, epochs: 0, o => (o.Rank, o.Alpha, o.InitialWeights) = (2, alpha, trained), "again");
        Assert.NotEqual(heard, await TinyPipeline.ListenAsync(pipeline));
        await using (await pipeline.ApplyLoraAsync(again))
        {
            TinyPipeline.AssertSame(heard, await TinyPipeline.ListenAsync(pipeline));
        }

        var further = await TrainAsync(pipeline, epochs: 1, o => (o.Rank, o.InitialWeights) = (2, trained), "further");
        Assert.NotEqual(await File.ReadAllBytesAsync(trained), await File.ReadAllBytesAsync(further));
    }

    [Fact]
    public async Task The_clips_of_the_first_epoch_are_made_with_it()
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        var trained = await TrainAsync(pipeline, epochs: 2, o => o.Rank = 2, "first", learningRate: 0.1);
        var plain = await FirstRewardAsync(pipeline, null);
        Assert.Equal(plain, await FirstRewardAsync(pipeline, null));
        Assert.NotEqual(plain, await FirstRewardAsync(pipeline, trained));
    }

    [Fact]
    public async Task Another_rank_or_other_layers_are_refused_and_named()
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        var trained = await TrainAsync(pipeline, epochs: 1, o => o.Rank = 2, "first");

        var rank = await Assert.ThrowsAsync<CheckpointException>(() => TrainAsync(pipeline, 1, o => (o.Rank, o.InitialWeights) = (3, trained), "rank"));
        Assert.Contains("of rank 2, but Rank is 3", rank.Message, StringComparison.Ordinal);

        var layers = await Assert.ThrowsAsync<CheckpointException>(() => TrainAsync(
            pipeline, 1, o => (o.Rank, o.InitialWeights, o.Targets) = (2, trained, LoraTargets.FirstAttention | LoraTargets.Projections), "layers"));
        Assert.Contains("not one of the layers that Targets", layers.Message, StringComparison.Ordinal);

        var absent = await Assert.ThrowsAsync<CheckpointException>(() => TrainAsync(pipeline, 1, o => o.InitialWeights = _folder["nothing"], "absent"));
        Assert.Contains(_folder["nothing"], absent.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task With_an_adapter_on_training_says_what_to_do(bool lora)
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        var trained = await TrainAsync(pipeline, epochs: 1, o => o.Rank = 2, "first");
        await using var applied = await pipeline.ApplyLoraAsync(trained);
        var builder = TrainerFixture.Builder(pipeline);
        await using var trainer = (lora ? builder : builder.UseFullFineTuning()).Build();

        var error = await Assert.ThrowsAsync<InvalidOperationException>(async () => await trainer.TrainAsync().ToListAsync());
        Assert.Contains("Dispose what ApplyLoraAsync returned", error.Message, StringComparison.Ordinal);
        Assert.Contains("LoraOptions.InitialWeights", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("to_q", error.Message, StringComparison.Ordinal);
    }

    private static async Task<double> FirstRewardAsync(AudioLdm2Pipeline pipeline, string? adapter)
    {
        await using var trainer = TrainerFixture.Builder(pipeline).UseLora(o => (o.Rank, o.InitialWeights) = (2, adapter)).ConfigureTraining(o => o.NumEpochs = 1).Build();
        return (await trainer.TrainAsync().ToListAsync())[0].Reward.Mean;
    }

    private async Task<string> TrainAsync(
        AudioLdm2Pipeline pipeline, int epochs, Action<LoraOptions> lora, string name, double learningRate = 1e-3)
    {
        await using var trainer = TrainerFixture.Builder(pipeline)
            .UseLora(lora).ConfigureTraining(o => (o.NumEpochs, o.LearningRate) = (Math.Max(1, epochs), learningRate)).Build();
        await trainer.TrainAsync().Take(epochs).ToListAsync();
        return await trainer.SaveAsync(_folder[name]);
    }
}
