using System.Globalization;

namespace Ddpo.Audio.Training.Observers.Html;

/// <summary>The numbers behind the curves.</summary>
internal static class EpochTable
{
    private const int MostRows = 400;

    public static void Write(HtmlWriter html, RunView run)
    {
        var (rewards, metrics) = (run.Parts, run.NamesOf(epoch => epoch.Metrics));
        var measured = run.Measurements;
        var every = Math.Max(1, (run.Epochs.Count + MostRows - 1) / MostRows);
        var shown = run.Epochs.Where((_, i) => i % every == 0 || i == run.Epochs.Count - 1);
        html.Raw("<section id=\"numbers\"><h2>Numbers</h2>\n<details><summary>The numbers of ");
        html.Write($"{(every == 1 ? "every epoch" : string.Create(CultureInfo.InvariantCulture, $"every {every}th epoch"))}</summary>\n");
        html.Raw("<p>All of them, and more of each, are in <code>metrics.jsonl</code>. ± is a standard deviation.</p>\n");
        html.Raw("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Numbers of the epochs\"><table><thead><tr><th scope=\"col\">epoch</th>");
        html.Write($"<th scope=\"col\">{run.RewardName}</th>");
        foreach (var name in rewards.Concat(metrics.Select(name => $"{name} (metric)")))
        {
            html.Write($"<th scope=\"col\">{name}</th>");
        }

        foreach (var name in measured)
        {
            html.Write($"<th scope=\"col\">{MeasurementText.Of(name).Title}</th>");
        }

        html.Raw("<th scope=\"col\">gradient norm</th><th scope=\"col\">loss</th><th scope=\"col\">sampling, s</th><th scope=\"col\">rewards, s</th><th scope=\"col\">training, s</th></tr></thead>\n<tbody>\n");
        foreach (var epoch in shown)
        {
            Row(html, epoch, rewards, metrics, measured);
        }

        html.Raw("</tbody></table></div></details></section>\n");
    }

    private static void Row(HtmlWriter html, DdpoEpoch epoch, IReadOnlyList<string> rewards, IReadOnlyList<string> metrics, IReadOnlyList<string> measured)
    {
        html.Write($"<tr><th scope=\"row\">{epoch.Index + 1}</th>");
        Cell(html, epoch.Reward);
        foreach (var statistics in rewards.Select(name => epoch.Rewards.GetValueOrDefault(name)).Concat(metrics.Select(name => epoch.Metrics.GetValueOrDefault(name))))
        {
            Cell(html, statistics);
        }

        foreach (var number in measured.Select(name => epoch[name]).Concat([epoch.GradientNorm, epoch.Loss]))
        {
            html.Write($"<td>{Numbers.Text(number)}</td>");
        }

        html.Write($"<td>{epoch.Seconds.Sampling:0.0}</td><td>{epoch.Seconds.Reward:0.0}</td><td>{epoch.Seconds.Training:0.0}</td></tr>\n");
    }

    private static void Cell(HtmlWriter html, RewardStatistics? statistics) => html.Write(
        $"<td>{(statistics is null ? "–" : Numbers.Text(statistics.Mean) + Numbers.Error(statistics.Count > 1 ? statistics.Std : double.NaN))}</td>");
}
