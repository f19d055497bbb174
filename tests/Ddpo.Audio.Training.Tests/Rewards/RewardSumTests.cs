using Ddpo.Audio.Training.Rollouts;

namespace Ddpo.Audio.Tests.Training.Rewards;

public sealed class RewardSumTests
{
    [Fact]
    public void Rewards_are_weighted_and_added()
    {
        var sum = new RewardSum([Reward("a", 2), Reward("b", -0.5)]);
        Assert.Equal([1.5f, 3f], sum.Over(Scores(("a", [1, 2]), ("b", [1, 2]))));
    }

    [Fact]
    public void A_running_z_score_knows_everything_that_the_reward_gave()
    {
        var sum = new RewardSum([Reward("a", 3, RewardNormalization.RunningZScore)]);
        var seen = new List<float>();
        foreach (var values in new float[][] { [5, 7, 9, 1], [100, 102], [-3, 6, 0.5f] })
        {
            seen.AddRange(values);
            var statistics = RewardStatistics.Of(seen);
            var expected = values.Select(value => 3 * (value - statistics.Mean) / (statistics.Std + 1e-6)).ToArray();
            var actual = sum.Over(Scores(("a", values)));
            Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        }

        var moments = sum.Moments["a"];
        Assert.Equal(seen.Count, moments.Count);
        Assert.Equal(RewardStatistics.Of(seen).Mean, moments.Mean, 1e-10);
        Assert.Equal(RewardStatistics.Of(seen).Std, moments.Std, 1e-10);
    }

    [Fact]
    public void A_running_z_score_goes_on_from_its_numbers()
    {
        RewardSum Sum() => new([Reward("a", 1, RewardNormalization.RunningZScore)]);
        var (whole, first, second) = (Sum(), Sum(), Sum());
        whole.Over(Scores(("a", [1, 2, 4])));
        first.Over(Scores(("a", [1, 2, 4])));
        second.Moments["a"] = new RunningMoments(first.Moments["a"].Count, first.Moments["a"].Mean, first.Moments["a"].M2);
        Assert.Equal(whole.Over(Scores(("a", [8, 9]))), second.Over(Scores(("a", [8, 9]))));
    }

    [Theory]
    [InlineData(5f, 5f, 5f)]
    [InlineData(0f)]
    public void Equal_values_have_a_running_z_score_of_zero(params float[] values)
    {
        var sum = new RewardSum([Reward("a", 1, RewardNormalization.RunningZScore)]);
        Assert.Equal(new float[values.Length], sum.Over(Scores(("a", values))));
    }

    [Fact]
    public void The_spread_of_values_far_from_zero_is_not_lost()
    {
        var moments = new float[] { 4097, 4098, 4099 }.Aggregate(
            new RunningMoments(), (seen, value) => seen.With(1e9 + value));
        Assert.Equal(Math.Sqrt(2.0 / 3), moments.Std, 1e-6);
    }

    [Theory]
    [InlineData(new float[] { 30, 10, 20 }, new[] { 1, 0, 0.5f })]
    [InlineData(new float[] { 1, 2, 2, 9, 2 }, new[] { 0, 0.5f, 0.5f, 1, 0.5f })]
    [InlineData(new float[] { 7, 7 }, new[] { 0.5f, 0.5f })]
    [InlineData(new float[] { 0f, -0f, 1 }, new[] { 0.25f, 0.25f, 1 })]
    [InlineData(new float[] { 42 }, new[] { 0.5f })]
    [InlineData(new float[] { -1e30f, 1e30f, 0 }, new[] { 0, 1, 0.5f })]
    public void A_rank_is_from_0_to_1_and_equal_values_share_theirs(float[] values, float[] expected) =>
        Assert.Equal(expected, new RewardSum([Reward("a", 1, RewardNormalization.Rank)]).Over(Scores(("a", values))));

    private static WeightedReward Reward(string name, double weight, RewardNormalization normalization = RewardNormalization.None) =>
        new(RewardFunction.From(name, (_, _) => 0), weight, normalization);

    private static RewardScores Scores(params (string Name, float[] Values)[] values) =>
        new(values.ToDictionary(value => value.Name, value => value.Values), new Dictionary<string, float[]>());
}
