using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Training;

public sealed class TrainingFailureTests
{
    [Fact]
    public async Task Training_without_the_guidance_that_sampled_is_measured_and_warned_of()
    {
        using var log = new LogLines();
        var (epochs, _) = await TrainerFixture.RunAsync(builder => builder
            .ConfigureSampling(o => o.GuidanceScale = 6)
            .UseDdpo(o => (o.ClassifierFreeGuidance, o.ClipRange) = (false, 1e-6))
            .WithLoggerFactory(log));
        Assert.All(epochs, epoch => Assert.True(epoch[PolicyGradientMeasurements.OnPolicyRatioError] > 0, "the policies should differ"));
        Assert.Equal(epochs.Count, log.Warnings.Count);
        Assert.All(log.Warnings, (warning, i) => Assert.StartsWith($"Epoch {i}: before the first update", warning, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_run_on_its_own_policy_is_not_warned_of()
    {
        using var log = new LogLines();
        var (epochs, _) = await TrainerFixture.RunAsync(builder => builder.WithLoggerFactory(log));
        Assert.All(epochs, epoch => Assert.Equal(0, epoch[PolicyGradientMeasurements.OnPolicyRatioError]));
        Assert.Empty(log.Warnings);
    }

    [Fact]
    public async Task A_disposed_trainer_is_refused()
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        var trainer = TrainerFixture.Builder(pipeline).Build();
        await trainer.DisposeAsync();
        await trainer.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await trainer.TrainAsync().ToListAsync());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => trainer.SaveAsync("anywhere"));
    }

    private static async Task<byte[]> SavedAsync(IPolicyTrainer trainer, string folder) =>
        await File.ReadAllBytesAsync(await trainer.SaveAsync(folder));
}
