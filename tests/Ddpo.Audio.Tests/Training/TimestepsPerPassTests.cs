using Ddpo.Audio.Checkpoints.Safetensors;
using Ddpo.Audio.Testing;
using Ddpo.Audio.Tests.Pipelines;
using Ddpo.Audio.Tests.Training.Ranks;

namespace Ddpo.Audio.Tests.Training;

public sealed class TimestepsPerPassTests
{
    // Of the norm of what an update changes: rows are rounded otherwise beside others.
    private const float Tolerance = 1e-3f;

    [Theory]
    [InlineData("ddpo", 3)]
    [InlineData("ddpo in parts", 3)]
    [InlineData("ddpo with all", 2)]
    [InlineData("ddpo_sf", 3)]
    [InlineData("grpo", 3)]
    [InlineData("rwr", 2)]
    [InlineData("awm", 2)]
    [InlineData("nft", 2)]
    public async Task Several_timesteps_in_a_pass_learn_the_same_in_fewer_passes(string algorithm, int atOnce)
    {
        using var scope = NewDisposeScope();
        var (learned, passes) = await LearnAsync(algorithm, 1);
        var (same, fewer) = await LearnAsync(algorithm, atOnce);

        var norm = learned.norm().item<float>();
        Assert.True(norm > 0);
        Assert.InRange((same - learned).norm().item<float>() / norm, 0, Tolerance);
        Assert.True(fewer < passes, $"{fewer} passes, and {passes} of one timestep");
    }

    /// <summary>What an adapter's upper halves, which begin at 0, learn in one epoch, and how often the model predicted.</summary>
    private static async Task<(Tensor Learned, int Predictions)> LearnAsync(string algorithm, int atOnce)
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        var (watched, predictions) = (new WatchedPipeline(pipeline), 0);
        watched.Diffusion.Predicting = () => predictions++;
        var builder = TrainerFixture.Builder(pipeline).UsePipeline(watched);
        RankAlgorithms.Use(builder, algorithm);

        // With so large an epsilon AdamW follows the gradient's size, so that what hardly has one hardly moves.
        builder.ConfigureTraining(o => (o.NumEpochs, o.TimestepsPerPass, o.AdamEpsilon, o.LearningRate, o.AdamWeightDecay) = (1, atOnce, 1, 0.1, 0))
            .ConfigureTraining(o => (o.Ema, o.WarmupUpdates, o.LearningRateSchedule) = (null, 0, LearningRateSchedule.Constant));
        await using var trainer = builder.Build();
        await trainer.TrainAsync().ToListAsync();
        using var folder = new TemporaryFolder();
        using var file = SafetensorsFile.Open(await trainer.SaveAsync(folder.Root));
        return (cat([.. file.Entries.Keys.Where(name => name.Contains("lora_B", StringComparison.Ordinal)).Select(name => file.Read(name).flatten())]), predictions);
    }
}
