using Ddpo.Audio.Testing;
using Ddpo.Audio.Training.Session.Stopping;

namespace Ddpo.Audio.Tests.Training.Stopping;

public sealed class StoppingRulesTests
{
    private const string Guard = "clap";

    [Fact]
    public void Nothing_stops_by_default()
    {
        var options = new StoppingOptions();
        Assert.Null(FirstStop(options, Enumerable.Range(0, 100).Select(i => Epoch(reward: -i, guard: -i, kl: i * 1e6))));
    }

    [Fact]
    public void A_divergence_above_its_limit_stops_at_once()
    {
        var options = new StoppingOptions { MaxApproxKl = 0.5 };
        var (index, reason) = FirstStop(options, new[] { 0.1, 0.5, 0.25, 0.500001, 0.1 }.Select(kl => Epoch(kl: kl)))!.Value;
        Assert.Equal(3, index);
        Assert.Contains("0.500001, above the limit of 0.5 (MaxApproxKl)", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_divergence_that_could_not_be_measured_does_not_stop() =>
        Assert.Null(FirstStop(new() { MaxApproxKl = 0.5 }, [Epoch(kl: double.NaN), Epoch(kl: 0.1)]));

    [Fact]
    public void A_guard_stops_when_its_moving_mean_is_low_for_long_enough()
    {
        // Means over two epochs: 1, 1, 0.75, 0.5, 0.5; low are those under 0.8.
        var options = Options(new StoppingGuard { Reward = Guard, MaxDrop = 0.2, Epochs = 3 });
        var (index, reason) = FirstStop(options, new[] { 1, 1, 1, 0.5, 0.5, 0.5, 0.5 }.Select(value => Epoch(guard: value)))!.Value;
        Assert.Equal(5, index);
        Assert.Contains("'clap' has a moving mean over 2 epochs of 0.5, more than 0.2 below its best of 1, for 3 epochs", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_guard_that_recovers_in_between_counts_anew()
    {
        var options = Options(new StoppingGuard { Reward = Guard, MaxDrop = 0.2, Epochs = 3 });
        Assert.Null(FirstStop(options, new[] { 1, 1, 0.5, 1, 1, 0.5, 1, 1 }.Select(value => Epoch(guard: value))));
    }

    [Theory]
    [InlineData(GuardBaseline.Best, 6)]
    [InlineData(GuardBaseline.First, null)]
    public void A_guard_falls_from_its_best_or_from_its_first(GuardBaseline baseline, int? stop)
    {
        var options = Options(new StoppingGuard { Reward = Guard, MaxDrop = 0.2, Epochs = 2, Baseline = baseline });
        Assert.Equal(stop, FirstStop(options, new[] { 0.5, 0.5, 1, 1, 0.7, 0.5, 0.5 }.Select(value => Epoch(guard: value)))?.Index);
    }

    [Fact]
    public void A_guard_may_be_a_metric()
    {
        var options = Options(new StoppingGuard { Reward = "metric", MaxDrop = 0.2, Epochs = 1 });
        Assert.Equal(2, FirstStop(options, new[] { 1, 1, 0.5 }.Select(value => Epoch(metric: value)))?.Index);
    }

    [Fact]
    public void A_reward_that_does_not_rise_for_long_enough_stops()
    {
        // Means over two epochs: 1, 1.5, 2, 2, 2, 2.
        var options = new StoppingOptions { Window = 2, PlateauEpochs = 3 };
        var (index, reason) = FirstStop(options, new[] { 1, 1, 2, 2, 2.0, 2, 2 }.Select(value => Epoch(reward: value)))!.Value;
        Assert.Equal(6, index);
        Assert.Contains("2, has not risen by 0 above 2 for 3 epochs", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Small_rises_count_when_they_add_up()
    {
        // 0.01 an epoch: every fifth is 0.05 above the best that counted.
        var options = new StoppingOptions { Window = 1, PlateauEpochs = 6, PlateauMinDelta = 0.045 };
        var epochs = Enumerable.Range(0, 40).Select(i => Epoch(reward: i * 0.01)).ToArray();
        Assert.Null(FirstStop(options, epochs));
        options.PlateauEpochs = 4;
        Assert.Equal(4, FirstStop(options, epochs)?.Index);
    }

    [Fact]
    public void Nothing_is_judged_before_the_window_is_full()
    {
        var options = new StoppingOptions { Window = 10, PlateauEpochs = 1, Guard = new() { Reward = Guard, MaxDrop = 0.1, Epochs = 1 } };
        Assert.Null(FirstStop(options, Enumerable.Range(0, 10).Select(i => Epoch(reward: -i, guard: -i))));
        Assert.Equal(10, FirstStop(options, Enumerable.Range(0, 11).Select(i => Epoch(reward: -i, guard: -i)))?.Index);
    }

    [Fact]
    public void Rules_that_agree_are_all_told()
    {
        var options = new StoppingOptions { Window = 1, PlateauEpochs = 1, MaxApproxKl = 1 };
        var reason = FirstStop(options, [Epoch(reward: 1), Epoch(reward: 1, kl: 2)])!.Value.Reason;
        Assert.Contains("MaxApproxKl", reason, StringComparison.Ordinal);
        Assert.Contains("has not risen", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_resumed_run_decides_as_one_that_was_not()
    {
        var options = new StoppingOptions { Window = 3, PlateauEpochs = 6, PlateauMinDelta = 0.1, Guard = new() { Reward = Guard, MaxDrop = 0.6 } };
        var random = new Random(3);
        var epochs = Enumerable.Range(0, 60).Select(_ => Epoch(reward: random.NextDouble(), guard: random.NextDouble())).ToArray();
        var whole = Reasons(new StoppingRules(options, []), epochs);
        Assert.Contains(whole, reason => reason is not null);
        Assert.Contains(whole, reason => reason is null);
        for (var cut = 0; cut < epochs.Length; cut++)
        {
            Assert.Equal(whole[cut..], Reasons(new StoppingRules(options, epochs[..cut]), epochs[cut..]));
        }
    }

    private static StoppingOptions Options(StoppingGuard guard) => new() { Window = 2, Guard = guard };

    private static string?[] Reasons(StoppingRules rules, IEnumerable<DdpoEpoch> epochs) => [.. epochs.Select(rules.Judge)];

    private static (int Index, string Reason)? FirstStop(StoppingOptions options, IEnumerable<DdpoEpoch> epochs)
    {
        var reasons = Reasons(new StoppingRules(options, []), epochs);
        var index = Array.FindIndex(reasons, reason => reason is not null);
        return index < 0 ? null : (index, reasons[index]!);
    }

    private static DdpoEpoch Epoch(double reward = 0, double guard = 0, double metric = 0, double kl = 0) => new()
    {
        Index = 0,
        Reward = Of(reward),
        Rewards = new Dictionary<string, RewardStatistics> { [Guard] = Of(guard) },
        Metrics = new Dictionary<string, RewardStatistics> { ["metric"] = Of(metric) },
        Loss = 0,
        Measurements = new Dictionary<string, double> { [PolicyGradientMeasurements.ApproxKl] = kl },
        GradientNorm = 1,
        Updates = 1,
        Seconds = new StageSeconds(0, 0, 0),
    };

    private static RewardStatistics Of(double mean) => new(mean, 0, mean, mean, 1);
}
