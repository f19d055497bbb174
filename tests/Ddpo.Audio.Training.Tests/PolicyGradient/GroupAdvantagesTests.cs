using System.Text.Json;
using Ddpo.Audio.Testing;
using Ddpo.Audio.Training.Algorithms.PolicyGradient;

namespace Ddpo.Audio.Tests.Training.PolicyGradient;

public sealed class GroupAdvantagesTests
{
    private static readonly Prompt[] s_prompts = ["a", "b", "a", "b", "b", "a"];

    [Fact]
    public void Advantages_and_what_is_left_out_equal_the_reference()
    {
        using var scope = NewDisposeScope();
        using var golden = GoldenCase.Open("golden/algorithms/advantages");
        var epochs = golden.Scalars.GetProperty("prompts").Deserialize<string[][]>()!;
        Assert.NotEmpty(epochs);
        var shares = new List<double>();
        foreach (var (epoch, texts) in epochs.Index())
        {
            Prompt[] prompts = [.. texts.Select(text => (Prompt)text)];
            var rewards = golden[$"rewards.{epoch}"].data<float>().ToArray();
            var kept = golden[$"kept.{epoch}"].data<long>().ToArray();
            foreach (var (scale, name) in new[] { (AdvantageScale.Group, "grpo_group_std"), (AdvantageScale.Global, "grpo_global_std") })
            {
                var all = new GroupAdvantages(scale, filterZeroVariance: false);
                var expected = all.Estimate(rewards, prompts);
                golden.AssertClose($"{name}.{epoch}", tensor(expected.ToArray()));
                Assert.Equal(0, all.Measurements[PolicyGradientMeasurements.FilteredGroups]);

                var some = new GroupAdvantages(scale, filterZeroVariance: true);
                Assert.Equal(expected.Zip(kept, (advantage, isKept) => isKept == 1 ? advantage : 0), some.Estimate(rewards, prompts));
                var share = texts.Zip(kept).DistinctBy(sample => sample.First).Average(sample => 1 - sample.Second);
                Assert.Equal(share, some.Measurements[PolicyGradientMeasurements.FilteredGroups], 1e-12);
                shares.Add(share);
            }
        }

        // Of the groups of all epochs; with unequal numbers of groups, it lies between the epochs' shares.
        Assert.InRange(golden.Scalars.GetProperty("zero_std_ratio").GetDouble(), shares.Min() - 1e-12, shares.Max() + 1e-12);
    }

    [Fact]
    public void Rewards_that_differ_by_rounding_only_are_equal_whatever_their_scale()
    {
        foreach (var scale in new[] { 1e-6f, 1, 1e6f })
        {
            float[] rewards = [.. new[] { 0.3f, 1, MathF.BitIncrement(0.3f), 2.5f, 3, 0.3f }.Select(reward => reward * scale)];
            var estimator = new GroupAdvantages(AdvantageScale.Group, filterZeroVariance: true);
            var advantages = estimator.Estimate(rewards, s_prompts);
            Assert.Equal([true, false, true, false, false, true], advantages.Select(advantage => advantage == 0));
            Assert.Equal(0.5, estimator.Measurements[PolicyGradientMeasurements.FilteredGroups]);
        }
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(-7.3f)]
    public void Equal_rewards_and_groups_of_one_teach_nothing(float reward)
    {
        foreach (var scale in Enum.GetValues<AdvantageScale>())
        {
            foreach (var filters in new[] { false, true })
            {
                var estimator = new GroupAdvantages(scale, filters);
                Assert.All(estimator.Estimate([.. Enumerable.Repeat(reward, 6)], s_prompts), advantage => Assert.Equal(0, advantage, 1e-4));
                Assert.Equal(filters ? 1 : 0, estimator.Measurements[PolicyGradientMeasurements.FilteredGroups]);
                Assert.Equal([0f, 0f], estimator.Estimate([1, 5], ["a", "b"]));
            }
        }
    }
}
