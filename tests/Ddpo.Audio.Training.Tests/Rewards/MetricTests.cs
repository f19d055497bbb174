using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Training.Rewards;

public sealed class MetricTests
{
    private static readonly IRewardFunction s_loudest = RewardFunction.From(
        "loudest", (clip, _) => clip.Samples.ToArray().Max(Math.Abs));

    [Fact]
    public async Task A_metric_is_measured_on_every_sample_and_not_trained_on()
    {
        var without = await TrainerFixture.RunAsync();
        var with = await TrainerFixture.RunAsync(builder => builder.AddMetric(s_loudest));
        Assert.Equal(without.Weights, with.Weights);
        Assert.All(with.Epochs, epoch =>
        {
            Assert.Equal(["energy"], epoch.Rewards.Keys);
            var measured = Assert.Single(epoch.Metrics);
            Assert.Equal("loudest", measured.Key);
            Assert.Equal(8, measured.Value.Count);
            Assert.True(measured.Value.Std > 0, "the clips should differ");
        });
        Assert.All(without.Epochs, epoch => Assert.Empty(epoch.Metrics));
        Assert.Equal(
            TrainerFixture.Numbers(without.Epochs),
            TrainerFixture.Numbers(with.Epochs.Select(epoch => epoch with { Metrics = without.Epochs[0].Metrics })));
    }

    [Fact]
    public async Task A_metric_that_throws_stops_training_with_its_name() =>
        Assert.Contains(
            "'guard' failed on 4 clips: no power",
            (await TrainWithAsync(float (_, _) => throw new InvalidDataException("no power"))).Message,
            StringComparison.Ordinal);

    [Fact]
    public async Task A_metric_that_is_not_a_number_stops_training_with_its_name_and_the_sample()
    {
        var message = (await TrainWithAsync((_, _) => float.NaN)).Message;
        Assert.Contains("'guard', sample 0 (prompt \"", message, StringComparison.Ordinal);
        Assert.Contains("returned NaN; expected a finite number", message, StringComparison.Ordinal);
    }

    private static async Task<RewardException> TrainWithAsync(Func<AudioClip, Prompt, float> metric)
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        await using var trainer = TrainerFixture.Builder(pipeline).AddMetric(RewardFunction.From("guard", metric)).Build();
        return await Assert.ThrowsAsync<RewardException>(async () => await trainer.TrainAsync().ToListAsync());
    }
}
