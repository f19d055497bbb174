using Ddpo.Audio.Testing;
using Microsoft.Extensions.Options;

namespace Ddpo.Audio.Tests.Training.Parameters;

public sealed class EmaTrainingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_is_heard_and_saved_is_the_average_and_training_is_as_without_it()
    {
        // An average that has not followed yet is the model before training.
        var (plain, trained) = await RunAsync("plain", ema: null);
        var (averaged, saved) = await RunAsync("averaged", new EmaOptions { UpdateEvery = 1000 });
        Assert.Equal(TrainerFixture.Numbers(plain), TrainerFixture.Numbers(averaged));
        Assert.NotEqual(trained, saved);
        Assert.NotEqual(Clip("plain", 0), Clip("plain", 2));
        Assert.Equal(Clip("averaged", 0), Clip("averaged", 2));
        Assert.Equal(Clip("plain", 0), Clip("averaged", 0));

        var checkpoint = "averaged/checkpoints/epoch-0002";
        Assert.Equal(saved, await File.ReadAllBytesAsync(_folder[$"{checkpoint}/pytorch_lora_weights.safetensors"]));
        Assert.True(File.Exists(_folder[$"{checkpoint}/trained.safetensors"]), "the trained weights are not in the checkpoint");
        Assert.False(File.Exists(_folder["plain/checkpoints/epoch-0002/trained.safetensors"]));
    }

    [Fact]
    public async Task An_average_that_follows_at_once_is_the_weights()
    {
        var (_, trained) = await RunAsync("plain", ema: null);
        var (_, saved) = await RunAsync("averaged", new EmaOptions { Decay = 0, UpdateEvery = 1 });
        await using var pipeline = await TinyPipeline.LoadAsync();
        async Task<float[]> HearAsync(byte[] adapter)
        {
            await File.WriteAllBytesAsync(_folder["one.safetensors"], adapter);
            await using var lora = await pipeline.ApplyLoraAsync(_folder["one.safetensors"]);
            return await TinyPipeline.ListenAsync(pipeline);
        }

        var (left, right) = (await HearAsync(trained), await HearAsync(saved));
        Assert.True(left.Zip(right).Max(pair => Math.Abs(pair.First - pair.Second)) < 1e-4f * left.Max(Math.Abs), "they sound different");
        Assert.NotEqual(left, await TinyPipeline.ListenAsync(pipeline));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    public async Task A_decay_outside_0_to_1_is_refused_with_its_value(double decay)
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        var builder = TrainerFixture.Builder(pipeline).ConfigureTraining(o => o.Ema = new EmaOptions { Decay = decay, UpdateEvery = 0 });
        var failures = Assert.Throws<OptionsValidationException>(builder.Build).Failures.ToArray();
        Assert.Equal(2, failures.Length);
        Assert.Contains(FormattableString.Invariant($"Decay is {decay}; expected at least 0 and less than 1."), failures);
        Assert.Contains("UpdateEvery is 0; expected at least 1.", failures);
    }

    private byte[] Clip(string run, int epochs) => File.ReadAllBytes(_folder[$"{run}/validation/epoch-{epochs:0000}/0000.wav"]);

    private Task<(List<DdpoEpoch> Epochs, byte[] Weights)> RunAsync(string run, EmaOptions? ema) => TrainerFixture.RunAsync(builder => builder
        .ConfigureTraining(o => (o.LearningRate, o.Ema) = (0.1, ema))
        .ConfigureCheckpoints(o => o.Directory = _folder[run])
        .ConfigureValidation(o => o.EveryEpochs = 2));
}
