using Ddpo.Audio.Checkpoints.Safetensors;
using Ddpo.Audio.Testing;
using Ddpo.Audio.Tests.Training.Ranks;

namespace Ddpo.Audio.Tests.Training;

public sealed class TimestepsPerPassTests
{
    // Of the norm of what an update changes: rows are rounded otherwise beside others.
    private const double Tolerance = 1e-3;

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
        var (learned, passes) = await LearnAsync(algorithm, 1);
        var (same, fewer) = await LearnAsync(algorithm, atOnce);

        Assert.True(Norm(learned) > 0);
        Assert.InRange(Norm(same.Zip(learned, (one, other) => one - other)) / Norm(learned), 0, Tolerance);
        Assert.True(fewer < passes, $"{fewer} passes, and {passes} of one timestep");
    }

    /// <summary>What an adapter's upper halves, which begin at 0, learn in one epoch, and how often the model predicted.</summary>
    private static async Task<(float[] Learned, int Predictions)> LearnAsync(string algorithm, int atOnce)
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
        return (UpperHalves(await trainer.SaveAsync(folder.Root)), predictions);
    }

    private static float[] UpperHalves(string path)
    {
        using var scope = NewDisposeScope();
        using var file = SafetensorsFile.Open(path);
        return [.. file.Entries.Keys.Where(name => name.Contains("lora_B", StringComparison.Ordinal)).SelectMany(name => file.Read(name).data<float>())];
    }

    private static double Norm(IEnumerable<float> values) => Math.Sqrt(values.Sum(value => (double)value * value));
}
