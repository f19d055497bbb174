using System.Globalization;
using System.Text.Json.Nodes;
using Ddpo.Audio.Training.Session.Stopping;

namespace Ddpo.Audio.Training.Observers.Html;

/// <summary>What has come of a run, in a sentence.</summary>
internal static class ResultSentence
{
    /// <summary>The sentence: what held-out clips got before and after, where there are any.</summary>
    public static string Of(RunView run) => run.Rounds switch
    {
        [.., { Change: not null }] => Held(run),
        [var only, ..] when ValueOf(run, only) is { } value => string.Create(
            CultureInfo.InvariantCulture,
            $"Held-out clips {When(only)}: {NameOf(run)} is {Numbers.Text(value.Mean)}{Error(value)}; none were measured since."),
        _ => Trained(run),
    };

    /// <summary>The round that the run stands for: the best where that is asked for, else the last.</summary>
    private static (ValidationRound Round, bool IsBest) Shown(RunView run)
    {
        if (run.Setting("Stopping", "Best") is not JsonObject best)
        {
            return (run.Rounds[^1], false);
        }

        var lower = best["LowerIsBetter"]?.GetValue<bool>() == true;
        var (shown, most) = (run.Rounds[^1], double.NaN);
        foreach (var round in run.Rounds)
        {
            if (BestRule.ValueOf(round, Criterion(run)) is { } value && (double.IsNaN(most) || BestRule.IsBetter(value, most, lower)))
            {
                (shown, most) = (round, value);
            }
        }

        return (shown, true);
    }

    private static string Held(RunView run)
    {
        var (first, (shown, isBest)) = (run.Rounds[0], Shown(run));
        if (ValueOf(run, first) is not { } before || ValueOf(run, shown) is not { } after)
        {
            return Trained(run);
        }

        if (shown == first)
        {
            return $"On held-out clips, {NameOf(run)} was best {When(first)}, with {Numbers.Text(before.Mean)}{Error(before)}: no round since was better.";
        }

        var change = Criterion(run) is { } name ? shown.Change?.Rewards.GetValueOrDefault(name) : shown.Change?.Reward;
        var by = change is null ? "" : $": {Numbers.Change(change.Mean)}{(change.Count > 1 ? $"{Error(change)} over {change.Count} clips{Numbers.InErrors(change)}" : " on the only clip")}";
        var best = isBest ? $", the best of {run.Rounds.Count} rounds" : "";
        return $"On held-out clips, {NameOf(run)} went from {Numbers.Text(before.Mean)} {When(first)} to {Numbers.Text(after.Mean)} {When(shown)}{best}{by}.{Heard(first, shown)}";
    }

    // How often classifiers heard what was asked for.
    private static string Heard(ValidationRound first, ValidationRound shown) => string.Concat(shown.Accuracy.Select(one =>
        first.Accuracy.GetValueOrDefault(one.Key) is { } before && shown.Change?.Accuracy.GetValueOrDefault(one.Key) is { } change
            ? $" {one.Key} heard what was asked for in {Numbers.Percent(one.Value.Value)} of them instead of {Numbers.Percent(before.Value)}: "
                + $"{Numbers.PercentChange(change)}{Numbers.InErrors(change)}."
            : ""));

    // Not what was asked, and said so.
    private static string Trained(RunView run)
    {
        var means = run.Epochs.Select(epoch => epoch.Reward.Mean).ToArray();
        var count = Curve.WindowFor(means.Length);
        var ends = count == 1 ? "epoch" : $"{count} epochs";
        return means.Length < 2
            ? "No held-out clips were measured."
            : $"No held-out clips were measured; on the clips that were trained on, the mean reward went from {Numbers.Text(Curve.Mean(means.AsSpan(..count)))} in "
                + $"the first {ends} to {Numbers.Text(Curve.Mean(means.AsSpan(^count..)))} in the last.";
    }

    private static string? Criterion(RunView run) => run.Setting("Stopping", "Best", "Criterion")?.GetValue<string>();

    private static RewardStatistics? ValueOf(RunView run, ValidationRound round) =>
        Criterion(run) is { } name ? round.Rewards.GetValueOrDefault(name) : round.Reward;

    private static string NameOf(RunView run) => $"the mean {Criterion(run) ?? run.RewardName}";

    private static string Error(RewardStatistics value) => Numbers.Error(value.StandardError);

    private static string When(ValidationRound round) => round.Epochs switch
    {
        0 => "before training",
        1 => "after 1 epoch",
        var epochs => string.Create(CultureInfo.InvariantCulture, $"after {epochs} epochs"),
    };
}
