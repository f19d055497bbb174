using System.Globalization;
using System.Reflection;
using Ddpo.Audio.Checkpoints;

namespace Ddpo.Audio.Training.Observers.Html;

/// <summary>A run as one page that needs nothing but itself: no network, no other file.</summary>
internal static class HtmlReport
{
    /// <summary>The file's name.</summary>
    public const string FileName = "report.html";

    // The first line of uPlot's file is its address; its licence goes with it.
    private static readonly string s_css = Part("uPlot.min.css") + Part("report.css");
    private static readonly string s_script =
        $"/* uPlot. {Part("LICENSE")}*/\n{Part("uPlot.iife.min.js").Split('\n', 2)[1]}{Part("charts.js")}{Part("report.js")}";

    /// <summary>Writes the page: whole, or not at all.</summary>
    /// <exception cref="IOException">The file could not be written; an earlier one is as it was.</exception>
    public static void Save(string folder, RunView run) => AtomicFile.Write(Path.Combine(folder, FileName), stream => Write(stream, run));

    /// <summary>Writes the page.</summary>
    public static void Write(Stream stream, RunView run)
    {
        using var html = new HtmlWriter(stream);
        Head(html, run);
        Title(html, run);
        html.Raw("<main>\n");
        if (run.Epochs.Count == 0)
        {
            html.Raw("<p class=\"lead\">No epoch is done yet.</p>\n");
            run.Players.Write(html);
        }
        else
        {
            Measured(html, run);
        }

        SettingsList.Write(html, run.Settings);
        html.Write($"</main>\n<footer>Written {run.Time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)} UTC by Ddpo.Audio. ");
        html.Raw("Next to this page: <code>metrics.jsonl</code>, <code>settings.json</code>, and event files for TensorBoard.</footer>\n<script>");
        html.Raw(s_script);
        html.Raw("</script>\n</body>\n</html>\n");
    }

    private static void Head(HtmlWriter html, RunView run)
    {
        // The policy lets nothing be fetched but clips: from this page, and from the folders beside it.
        html.Raw("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
            + "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
            + "media-src data: file: 'self'; base-uri 'none'; form-action 'none'\">\n"
            + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n");
        html.Write($"<title>{run.Name}: {run.State.Name}, {run.Epochs.Count} of {run.TotalEpochs} epochs</title>\n<style>\n");
        html.Raw(s_css);
        html.Raw("</style>\n</head>\n<body>\n");
    }

    private static void Title(HtmlWriter html, RunView run)
    {
        html.Write($"<header><p class=\"over\">Ddpo.Audio training run</p><h1>{run.Name}</h1>\n");
        html.Write($"<p><span class=\"state {run.State.Name}\">{run.State.Name}</span> {run.Epochs.Count} of {run.TotalEpochs} epochs");
        if (run.State == RunState.Running && run.Epochs.Count > 0 && run.Epochs.Count < run.TotalEpochs)
        {
            var recent = Curve.Mean([.. run.Epochs.TakeLast(Curve.Window).Select(epoch => epoch.Seconds.Total)]);
            html.Write($", about {Numbers.Duration(recent * (run.TotalEpochs - run.Epochs.Count))} to go");
        }

        html.Write($"{(run.State.Reason.Length > 0 ? $": {run.State.Reason}" : "")}</p>\n");
        html.Write($"<progress value=\"{run.Epochs.Count}\" max=\"{Math.Max(1, run.TotalEpochs)}\" aria-label=\"epochs done\"></progress></header>\n");
    }

    private static void Measured(HtmlWriter html, RunView run)
    {
        var (charts, guards) = (new RunCharts(run), RunGuards.Of(run));
        html.Write($"<p class=\"result\">{ResultSentence.Of(run)}{(guards?.HasFallen == true ? $" {guards.Sentence}" : "")}</p>\n");
        Headline.Write(html, run);
        html.Raw("<section id=\"reward\"><h2>Reward</h2>\n");
        if (charts.EpochsPerPoint > 1)
        {
            html.Write($"<p class=\"lead\">Each point of the curves on this page is the mean of {charts.EpochsPerPoint} epochs.</p>\n");
        }

        ChartHtml.Write(html, charts.Reward());
        if (guards is not null)
        {
            html.Write($"<p class=\"lead guards\">{guards.Sentence}</p>\n");
            ChartHtml.Write(html, guards.Chart());
        }

        Grid(html, charts.Validation().Concat(charts.Parts()));
        html.Raw("</section>\n");
        run.Players.Write(html);
        html.Raw("<section id=\"policy\"><h2>Policy</h2>\n");
        if (charts.Zeros is [_, ..] zeros)
        {
            html.Write($"<p class=\"lead\">0 in every epoch, and not drawn: {string.Join(", ", zeros.Select(title => title.ToLowerInvariant()))}.</p>\n");
        }

        Grid(html, charts.Policy());
        StepGradients.Write(html, run);
        html.Raw("</section>\n<section id=\"time\"><h2>Time</h2>\n");
        ChartHtml.Write(html, charts.Time());
        html.Raw("</section>\n");
        EpochTable.Write(html, run);
    }

    private static void Grid(HtmlWriter html, IEnumerable<Chart> charts)
    {
        html.Raw("<div class=\"charts\">\n");
        foreach (var chart in charts)
        {
            ChartHtml.Write(html, chart);
        }

        html.Raw("</div>\n");
    }

    private static string Part(string name)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream($"Ddpo.Audio.Training.Observers.Html.{name}")!);
        return reader.ReadToEnd();
    }
}
