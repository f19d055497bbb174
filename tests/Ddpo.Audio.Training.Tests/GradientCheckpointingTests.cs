using Ddpo.Audio.Testing;
using Ddpo.Audio.Tests.Training.DirectReward;
using Ddpo.Audio.Tests.Training.Ranks;
using Microsoft.Extensions.Options;

namespace Ddpo.Audio.Tests.Training;

public sealed class GradientCheckpointingTests
{
    [Theory]
    [InlineData("ddpo with all")]
    [InlineData("grpo")]
    [InlineData("nft")]
    [InlineData("draft")]
    public async Task Every_algorithm_learns_the_same_bit_for_bit(string algorithm)
    {
        var (epochs, weights) = await RunAsync(false);
        var (sameEpochs, sameWeights) = await RunAsync(true);
        Assert.Equal(TrainerFixture.Numbers(epochs), TrainerFixture.Numbers(sameEpochs));
        Assert.Equal(weights, sameWeights);

        Task<(List<DdpoEpoch> Epochs, byte[] Weights)> RunAsync(bool recomputes) => TrainerFixture.RunAsync(
            builder =>
            {
                RankAlgorithms.Use(builder.AddReward(new Energy("energy")), algorithm);
                builder.ConfigureTraining(o => o.GradientCheckpointing = recomputes);
            },
            withEnergy: false);
    }

    [Fact]
    public async Task Every_weight_learns_the_same_bit_for_bit()
    {
        var (_, weights) = await TrainerFixture.RunAsync(builder => builder.UseFullFineTuning());
        var (_, same) = await TrainerFixture.RunAsync(builder => builder.UseFullFineTuning().ConfigureTraining(o => o.GradientCheckpointing = true));
        Assert.Equal(weights, same);
    }

    [Fact]
    public async Task A_model_that_has_none_is_refused()
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        var watched = new WatchedPipeline(pipeline);
        var error = Assert.Throws<OptionsValidationException>(
            () => TrainerFixture.Builder(pipeline).UsePipeline(watched).ConfigureTraining(o => o.GradientCheckpointing = true).Build());
        Assert.Equal("GradientCheckpointing is on, but the model (WatchedPipeline) has none; turn it off.", Assert.Single(error.Failures));
    }
}
