using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Pipelines;

public sealed class PrecisionTests
{
    [Fact]
    public Task Bfloat16_generates_and_trains() => GeneratesAndTrains(new() { Precision = Precision.BFloat16 });

    [Fact]
    public Task Float16_generates_and_trains() =>
        GeneratesAndTrains(new() { Precision = Precision.Float16, Device = TestDevice.Fastest.type == DeviceType.CUDA ? "cuda" : "cpu" });

    [Fact]
    public async Task Decoding_can_have_a_precision_of_its_own()
    {
        await using var exact = await TinyPipeline.LoadAsync();
        await using var pipeline = await TinyPipeline.LoadAsync(new() { DecodingPrecision = Precision.BFloat16 });
        Assert.Equal((Precision.Float32, Precision.BFloat16), (pipeline.Precision, pipeline.DecodingPrecision));
        Assert.All(pipeline.UNet.parameters(), weight => Assert.Equal(ScalarType.Float32, weight.dtype));

        var (expected, clip) = (await TinyPipeline.ListenAsync(exact), await TinyPipeline.ListenAsync(pipeline));
        Assert.NotEqual(expected, clip);
        var error = Norm(expected.Zip(clip, (one, other) => one - other));
        Assert.True(error < 0.1 * Norm(expected), $"off by {error} of {Norm(expected)}");
    }

    private static async Task GeneratesAndTrains(AudioLdm2PipelineOptions options)
    {
        await using var exact = await TinyPipeline.LoadAsync();
        await using var pipeline = await TinyPipeline.LoadAsync(options);
        Assert.All(pipeline.UNet.parameters(), weight => Assert.NotEqual(ScalarType.Float32, weight.dtype));

        var expected = await TinyPipeline.ListenAsync(exact);
        var clip = await TinyPipeline.ListenAsync(pipeline);
        Assert.Equal(expected.Length, clip.Length);
        Assert.All(clip, sample => Assert.True(float.IsFinite(sample), $"found {sample}"));
        var error = Norm(expected.Zip(clip, (one, other) => one - other));
        Assert.True(error < 0.2 * Norm(expected), $"off by {error} of {Norm(expected)}");

        using var folder = new TemporaryFolder();
        await using var trainer = TrainerFixture.Builder(pipeline).ConfigureTraining(o => o.GradientAccumulationSteps = 2).Build();
        var epochs = await trainer.TrainAsync().ToListAsync();
        Assert.All(epochs, epoch =>
        {
            Assert.Equal(0, epoch[PolicyGradientMeasurements.OnPolicyRatioError]);
            Assert.Equal(1, epoch[PolicyGradientMeasurements.RatioMean]);
            Assert.True(epoch.GradientNorm > 0, "nothing was learned");
        });
        using var saved = CheckpointFile.Open(await trainer.SaveAsync(folder.Root));
        Assert.All(saved.Entries.Values, entry => Assert.Equal(ScalarType.Float32, entry.Dtype));
    }

    private static double Norm(IEnumerable<float> values) => Math.Sqrt(values.Sum(value => (double)value * value));
}
