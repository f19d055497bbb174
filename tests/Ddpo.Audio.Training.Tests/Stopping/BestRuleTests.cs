using System.Text.Json;
using Ddpo.Audio.Training.Session.Stopping;

namespace Ddpo.Audio.Tests.Training.Stopping;

public sealed class BestRuleTests
{
    [Fact]
    public void The_first_of_the_highest_is_the_best()
    {
        var rule = new BestRule(new(), "m", null);
        Assert.Equal([true, false, true, false, false], Judge(rule, 1, 0.5, 2, 2, 1));
        Assert.Equal(new BestRound("m", 20, 2, 40, 2), rule.Best);
        Assert.Null(rule.StopReason);
    }

    [Fact]
    public void It_may_be_of_one_reward_and_the_lowest()
    {
        var rule = new BestRule(new() { Criterion = "noise", LowerIsBetter = true }, "m", null);
        Assert.Equal([true, true, false], Judge(rule, 1, 2, 1.5));
        Assert.Equal((10, -2.0), (rule.Best!.Epochs, rule.Best.Value)); // noise is minus the reward
    }

    [Fact]
    public void Patience_ends_after_so_many_rounds_that_are_no_better_in_a_row()
    {
        var rule = new BestRule(new() { Patience = 2 }, "m", null);
        Judge(rule, 1, 0.5, 2, 1.5);
        Assert.Null(rule.StopReason);
        Judge(rule, 2);
        Assert.Equal(
            "No round of validation clips was better than that after epoch 20, with a mean reward of 2, in 2 rounds since (Patience).", rule.StopReason);
    }

    [Fact]
    public void A_round_without_a_value_is_passed_over_and_one_that_was_seen_is_not_seen_again()
    {
        var rule = new BestRule(new() { Patience = 1 }, "m", null);
        Assert.False(rule.Judge(Round(0, null)));
        Assert.Null(rule.Best);
        Assert.True(rule.Judge(Round(10, 1)));
        Assert.False(rule.Judge(Round(20, null)));
        Assert.False(rule.Judge(Round(10, 5)));
        Assert.Null(rule.StopReason);
        Assert.False(rule.Judge(Round(20, 0)));
        Assert.NotNull(rule.StopReason);
    }

    [Fact]
    public void What_it_remembers_decides_as_it_would_have_and_not_for_another_measure()
    {
        var random = new Random(3);
        double[] values = [.. Enumerable.Range(0, 40).Select(_ => random.NextDouble())];
        var options = new BestRoundOptions { Patience = 8 };
        var whole = new BestRule(options, "m", null);
        var decisions = values.Select((value, i) => (whole.Judge(Round(i, value)), whole.StopReason)).ToArray();
        Assert.Contains(decisions, decision => decision.StopReason is not null);
        for (var cut = 1; cut < values.Length; cut++)
        {
            var first = new BestRule(options, "m", null);
            Judge(first, values[..cut], every: 1);
            var remembered = JsonSerializer.Deserialize<BestRound>(JsonSerializer.Serialize(first.Best));
            var second = new BestRule(options, "m", remembered);
            Assert.Equal(decisions[cut..], values.Skip(cut).Select((value, i) => (second.Judge(Round(cut + i, value)), second.StopReason)));
            Assert.Null(new BestRule(options, "other", remembered).Best);
        }
    }

    private static bool[] Judge(BestRule rule, params double[] values) => Judge(rule, values, every: 10);

    private static bool[] Judge(BestRule rule, double[] values, int every)
    {
        var first = (rule.Best?.Judged ?? -every) + every;
        return [.. values.Select((value, i) => rule.Judge(Round(first + (i * every), value)))];
    }

    private static ValidationRound Round(int epochs, double? reward) => new()
    {
        Epochs = epochs,
        Reward = reward is { } value ? Of(value) : null,
        Rewards = reward is { } other ? new Dictionary<string, RewardStatistics> { ["noise"] = Of(-other) } : [],
        Accuracy = new Dictionary<string, Accuracy>(),
        Seconds = 1,
    };

    private static RewardStatistics Of(double mean) => new(mean, 0, mean, mean, 4);
}
