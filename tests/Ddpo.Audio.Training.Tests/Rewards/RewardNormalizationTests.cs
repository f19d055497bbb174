using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Training.Rewards;

public sealed class RewardNormalizationTests
{
    private static readonly IRewardFunction s_stretched = RewardFunction.From(
        "stretched", (clip, _) => 1000 + (50 * clip.Samples.ToArray().Sum(sample => sample * sample)));

    [Fact]
    public async Task Ranks_are_trained_on_so_that_the_scale_does_not_matter()
    {
        var energy = await TrainOnAsync(TrainerFixture.Energy, RewardNormalization.Rank);
        var stretched = await TrainOnAsync(s_stretched, RewardNormalization.Rank);
        var raw = await TrainOnAsync(TrainerFixture.Energy, RewardNormalization.None);
        Assert.Equal(energy.Weights, stretched.Weights);
        Assert.NotEqual(energy.Weights, raw.Weights);
        Assert.All(energy.Epochs, epoch =>
        {
            Assert.Equal((0, 1), (epoch.Reward.Min, epoch.Reward.Max));
            Assert.Equal(0.5, epoch.Reward.Mean, 1e-6);
        });
    }

    [Theory]
    [InlineData(RewardNormalization.Rank)]
    [InlineData(RewardNormalization.RunningZScore)]
    public async Task An_epoch_has_each_reward_as_it_was_given(RewardNormalization normalization)
    {
        var raw = await TrainOnAsync(TrainerFixture.Energy, RewardNormalization.None);
        var normalized = await TrainOnAsync(TrainerFixture.Energy, normalization);
        Assert.Equal(raw.Epochs[0].Rewards, normalized.Epochs[0].Rewards);
        Assert.Equal(raw.Epochs[0].Reward, raw.Epochs[0].Rewards["energy"]);
        Assert.NotEqual(raw.Epochs[0].Reward, normalized.Epochs[0].Reward);
    }

    [Fact]
    public async Task The_first_epoch_of_a_running_z_score_has_mean_0_and_deviation_1_and_later_ones_what_they_gained()
    {
        var (epochs, _) = await TrainOnAsync(s_stretched, RewardNormalization.RunningZScore);
        Assert.Equal(0, epochs[0].Reward.Mean, 1e-4);
        Assert.Equal(1, epochs[0].Reward.Std, 1e-4);

        var (first, second) = (epochs[0].Rewards["stretched"], epochs[1].Rewards["stretched"]);
        Assert.Equal(Math.Sign(second.Mean - first.Mean), Math.Sign(epochs[1].Reward.Mean));
        Assert.True(Math.Abs(epochs[1].Reward.Mean) > 1e-3, "the epochs should differ");
    }

    private static Task<(List<DdpoEpoch> Epochs, byte[] Weights)> TrainOnAsync(IRewardFunction reward, RewardNormalization normalization) =>
        TrainerFixture.RunAsync(builder => builder.AddReward(reward, 1, normalization), withEnergy: false);
}
