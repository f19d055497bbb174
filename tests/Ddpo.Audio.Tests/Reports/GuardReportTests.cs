using System.Text.Json.Nodes;
using Ddpo.Audio.Training.Observers.Html;

namespace Ddpo.Audio.Tests.Reports;

public sealed class GuardReportTests
{
    [Theory]
    [InlineData(new[] { 0.0, 1, 2, 3 }, 0.1, null)] // rises
    [InlineData(new[] { 0.0, 3, 2, 1 }, 0.1, 1)]
    [InlineData(new[] { 3.0, 2, 1, 0 }, 0.1, 0)]
    [InlineData(new[] { 0.0, 3, 1, 2.9 }, 0.1, null)] // has come back
    [InlineData(new[] { 0.0, 3, 2.9, 2.72 }, 0.1, null)] // within 2 sqrt(0.02)
    [InlineData(new[] { 0.0, 3, 2.9, 2.71 }, 0.1, 1)]
    [InlineData(new[] { double.NaN, 3, double.NaN, 1, double.NaN }, 0.1, 1)]
    [InlineData(new[] { 3.0, 1 }, double.NaN, null)]
    [InlineData(new double[0], 0.1, null)]
    public void A_guard_falls_when_its_last_mean_is_two_standard_errors_below_its_highest(double[] means, double error, int? index) =>
        Assert.Equal(index, GuardFall.Of(means, [.. means.Select(_ => error)])?.Index);

    [Fact]
    public void Over_epochs_means_are_of_full_windows_and_errors_of_means()
    {
        var curve = GuardCurve.OfEpochs("g", [.. Enumerable.Range(0, 8).Select(i => new RewardStatistics(i, 2, 0, 1, 5))]);
        Assert.Equal([double.NaN, double.NaN, double.NaN, 1.5, 2.5, 3.5, 4.5, 5.5], curve.Means);
        Assert.Equal(0.5, curve.Errors[^1], 1e-12); // 2 / sqrt(4) an epoch, over sqrt(4) epochs
        Assert.Equal([double.NaN, double.NaN, double.NaN, 0, 0.5, 1, 1.5, 2], curve.Normalized);

        // Epochs that go up and down differ by more than their samples say: here by 1 each, which is a deviation of 1 / sqrt(2), over sqrt(4) epochs.
        curve = GuardCurve.OfEpochs("g", [.. Enumerable.Range(0, 8).Select(i => new RewardStatistics(i % 2, 0.01, 0, 1, 5))]);
        Assert.Equal(Math.Sqrt(0.125), curve.Errors[^1], 1e-12);
        Assert.Null(GuardFall.Of(curve.Means, curve.Errors));
    }

    [Fact]
    public void The_page_shows_reward_and_guards_in_one_picture_with_the_epoch_where_one_fell()
    {
        var page = ReportFixture.Page(ReportFixture.View(25));
        Assert.Contains("<h3>Reward and guards</h3>", page, StringComparison.Ordinal);
        Assert.Contains("peak began to fall after epoch 10: it is 15.00 &#177; 0.316 lower since.", page, StringComparison.Ordinal);
        Assert.Contains("\"m\":[{\"x\":10,\"t\":\"peak begins to fall\",\"s\":\"s2\"}]", page, StringComparison.Ordinal);
        Assert.Contains(" Epoch 10: peak begins to fall.", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_guard_that_holds_is_said_to_and_without_a_guard_there_is_no_picture()
    {
        var epochs = ReportFixture.Epochs(12).Select(epoch => epoch with { Metrics = new Dictionary<string, RewardStatistics> { ["peak"] = epoch.Rewards["energy"] } }).ToList();
        var page = ReportFixture.Page(ReportFixture.View(0) with { Epochs = epochs });
        Assert.Contains("No guard has fallen: peak.", page, StringComparison.Ordinal);
        Assert.DoesNotContain("\"m\":[{", page, StringComparison.Ordinal);

        epochs = [.. epochs.Select(epoch => epoch with { Metrics = new Dictionary<string, RewardStatistics>() })];
        var none = ReportFixture.View(0) with { Epochs = epochs };
        Assert.DoesNotContain("Reward and guards", ReportFixture.Page(none), StringComparison.Ordinal);

        // A reward may be one.
        var settings = new JsonObject { ["Stopping"] = new JsonObject { ["Guard"] = new JsonObject { ["Reward"] = "energy" } } };
        Assert.Contains("No guard has fallen: energy.", ReportFixture.Page(none with { Settings = settings }), StringComparison.Ordinal);
    }

    [Fact]
    public void Over_rounds_a_fall_is_measured_clip_by_clip()
    {
        ValidationRound[] rounds = [Round(0, 0.4, null, 0), Round(10, 0.5, 0.1, 0.3), Round(20, 0.6, 0.2, 0.1), Round(30, 0.55, 0.15, -0.2)];
        var run = ReportFixture.View(30) with { Rounds = rounds };
        var page = ReportFixture.Page(run);
        Assert.Contains("peak began to fall after epoch 10: it is 0.500 &#177; 0.014 lower since.", page, StringComparison.Ordinal);
        Assert.Contains(
            "<p class=\"result\">On held-out clips, the mean reward went from 0.400 before training to 0.550 after 30 epochs: +0.150 &#177; 0.010 over 17 clips (15.0 standard errors). peak began",
            page,
            StringComparison.Ordinal);

        var best = run with { Settings = new JsonObject { ["Stopping"] = new JsonObject { ["Best"] = new JsonObject { ["Criterion"] = null, ["LowerIsBetter"] = false } } } };
        Assert.Contains(
            "to 0.600 after 20 epochs, the best of 4 rounds: +0.200 &#177; 0.010 over 17 clips (20.0 standard errors).", ReportFixture.Page(best), StringComparison.Ordinal);
        best.Settings["Stopping"]!["Best"]!["LowerIsBetter"] = true;
        Assert.Contains(
            "On held-out clips, the mean reward was best before training, with 0.400 &#177; 0.050: no round since was better.", ReportFixture.Page(best), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_rounds_the_page_says_that_nothing_was_held_out()
    {
        Assert.Contains(
            "No held-out clips were measured; on the clips that were trained on, the mean reward went from 0.605 in the first 2 epochs to 0.423 in the last.",
            ReportFixture.Page(ReportFixture.View(5)),
            StringComparison.Ordinal);
        Assert.Contains("<p class=\"result\">No held-out clips were measured.</p>", ReportFixture.Page(ReportFixture.View(1)), StringComparison.Ordinal);
        var one = ReportFixture.View(5) with { Rounds = [Round(0, 0.4, null, 0)] };
        Assert.Contains(
            "<p class=\"result\">Held-out clips before training: the mean reward is 0.400 &#177; 0.050; none were measured since.", ReportFixture.Page(one), StringComparison.Ordinal);
    }

    private static ValidationRound Round(int epochs, double mean, double? change, double guard)
    {
        RewardStatistics Of(double value, double error) => new(value, error * 4, 0, 1, 17);
        return new ValidationRound
        {
            Epochs = epochs,
            Reward = Of(mean, 0.05),
            Rewards = new Dictionary<string, RewardStatistics> { ["energy"] = Of(mean, 0.05), ["peak"] = Of(1 + guard, 0.05) },
            Accuracy = new Dictionary<string, Accuracy>(),
            Change = change is { } by
                ? new ValidationChange(Of(by, 0.01), new Dictionary<string, RewardStatistics> { ["energy"] = Of(by, 0.01), ["peak"] = Of(guard, 0.01) }, new Dictionary<string, RewardStatistics>())
                : null,
            Seconds = 1,
        };
    }
}
