namespace Ddpo.Audio.Training.Observers.Html;

/// <summary>The few numbers that one looks for first.</summary>
internal static class Headline
{
    public static void Write(HtmlWriter html, RunView run)
    {
        var epochs = run.Epochs;
        html.Raw("<section class=\"tiles\" aria-label=\"Numbers\">\n");
        var held = HeldOut(html, run);
        Change(html, run.LoneReward ?? "Reward", epochs, epoch => epoch.Reward.Mean, held ? "" : "main");
        foreach (var name in run.Parts.Take(3))
        {
            Change(html, name, epochs, epoch => epoch.Rewards.GetValueOrDefault(name)?.Mean ?? double.NaN);
        }

        foreach (var name in run.NamesOf(epoch => epoch.Metrics).Take(2))
        {
            Change(html, $"{name} (metric)", epochs, epoch => epoch.Metrics.GetValueOrDefault(name)?.Mean ?? double.NaN);
        }

        if (run.Measurements.FirstOrDefault(name => name != TrainingMeasurements.LearningRate) is { } measured)
        {
            var largest = epochs.MaxBy(epoch => epoch[measured])!;
            if (largest[measured] != 0)
            {
                Tile(html, MeasurementText.Of(measured).Title, Numbers.Text(epochs[^1][measured]), $"at most {Numbers.Text(largest[measured])}, in epoch {largest.Index + 1}");
            }
        }

        var seconds = epochs.Sum(epoch => epoch.Seconds.Total);
        Tile(html, "Time", Numbers.Duration(seconds), $"{Numbers.Duration(seconds / epochs.Count)} an epoch");
        Tile(html, "Samples", Grouped(epochs.Sum(epoch => (long)epoch.Reward.Count)), $"{epochs.Sum(epoch => (long)epoch.Updates)} updates");
        html.Raw("</section>\n");
    }

    // What was not trained on says most: what the clips got, and how often classifiers heard what was asked for.
    private static bool HeldOut(HtmlWriter html, RunView run)
    {
        if (run.Rounds is not [.., { Change: { } change } last])
        {
            return false;
        }

        if (last.Reward is { } reward && change.Reward is { } gain)
        {
            Tile(html, $"Held-out {run.RewardName}", Numbers.Text(reward.Mean), $"{Numbers.Change(gain.Mean)}{Numbers.Error(gain.StandardError)} since before", "main");
        }

        foreach (var (name, accuracy) in last.Accuracy.Take(2))
        {
            if (change.Accuracy.GetValueOrDefault(name) is { } more)
            {
                Tile(html, $"Held-out {name}, accuracy", Numbers.Percent(accuracy.Value), $"{Numbers.PercentChange(more)} since before");
            }
        }

        return last.Reward is not null;
    }

    // The ends are means of several epochs, for single ones say little.
    private static void Change(
        HtmlWriter html, string name, IReadOnlyList<DdpoEpoch> epochs, Func<DdpoEpoch, double> select, string style = "")
    {
        var count = Curve.WindowFor(epochs.Count);
        var first = Curve.Mean([.. epochs.Take(count).Select(select)]);
        var last = Curve.Mean([.. epochs.Skip(epochs.Count - count).Select(select)]);
        var which = count == 1 ? "epoch" : $"{count} epochs";
        Tile(
            html,
            name,
            Numbers.Text(last),
            epochs.Count == 1 ? "in the first epoch" : $"{Numbers.Change(last - first)} from the first to the last {which}",
            style);
    }

    private static void Tile(HtmlWriter html, string name, string value, string note, string style = "") =>
        html.Write($"<div class=\"tile {style}\"><h2>{name}</h2><p class=\"value\">{value}</p><p>{note}</p></div>\n");

    private static string Grouped(long number) => number.ToString("#,0", System.Globalization.CultureInfo.InvariantCulture).Replace(',', ' ');
}
