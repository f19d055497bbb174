using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Ddpo.Audio.Training.Observers.Html;

/// <summary>Draws a chart. Its curves stretch with the page; numbers and lines keep their size, on a phone and on paper.</summary>
internal static class ChartHtml
{
    public static void Write(HtmlWriter html, Chart chart)
    {
        var lines = chart.Stacked ? Stack(chart.Lines) : chart.Lines;
        var x = Axis.ForEpochs(chart.Epochs[0], chart.Epochs[^1]);
        var y = Axis.ForValues(lines.SelectMany(line => line.Values)
            .Concat(chart.Band is { } spread ? spread.Low.Concat(spread.High) : [])
            .Concat(chart.Stacked ? [0] : []));
        var paths = new ChartPaths(x, y, chart.Epochs);

        html.Write($"<figure class=\"chart{(chart.Wide ? " wide" : "")}\">\n<figcaption><h3>{chart.Title}</h3>");
        if (chart.Badge.Length > 0)
        {
            html.Write($"<span class=\"badge\">{chart.Badge}</span>");
        }

        html.Write($"<p>{chart.Note}</p></figcaption>\n");
        Legend(html, chart);
        html.Write($"<div class=\"frame\"><p class=\"unit\" aria-hidden=\"true\">{chart.Unit}</p><div class=\"y\" aria-hidden=\"true\">");
        foreach (var tick in y.Ticks)
        {
            html.Write($"<span style=\"top:{(1 - y.Place(tick)) * 100:0.##}%\">{y.Text(tick)}</span>");
        }

        html.Write($"</div><div class=\"plot\"><svg viewBox=\"0 0 {ChartPaths.Size} {ChartPaths.Size}\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{Description(chart)}\">");
        foreach (var tick in y.Ticks)
        {
            html.Write($"<path class=\"grid\" d=\"{paths.Level(tick)}\"/>");
        }

        Curves(html, chart, lines, paths);
        html.Write($"</svg>");
        Marks(html, chart, x);
        html.Write($"</div><div class=\"x\" aria-hidden=\"true\">");
        foreach (var tick in x.Ticks)
        {
            html.Write($"<span style=\"left:{x.Place(tick) * 100:0.##}%\">{x.Text(tick)}</span>");
        }

        html.Write($"</div><p class=\"unit below\" aria-hidden=\"true\">epoch</p></div>\n");
        Data(html, chart);
        html.Write($"</figure>\n");
    }

    private static void Curves(HtmlWriter html, Chart chart, IReadOnlyList<ChartLine> lines, ChartPaths paths)
    {
        if (chart.Band is { } band)
        {
            html.Write($"<path class=\"band\" d=\"{paths.Area(band.Low, band.High)}\"/>");
        }

        for (var i = 0; i < lines.Count; i++)
        {
            if (chart.Stacked)
            {
                var below = i == 0 ? new double[lines[0].Values.Length] : lines[i - 1].Values;
                html.Write($"<path class=\"area {lines[i].Style}\" d=\"{paths.Area(below, lines[i].Values)}\"/>");
            }

            html.Write($"<path class=\"line {lines[i].Style}\" d=\"{paths.Line(lines[i].Values)}\"/>");
        }

        foreach (var mark in chart.Marks)
        {
            html.Write($"<path class=\"mark {mark.Style}\" d=\"{paths.Mark(mark.Epoch)}\"/>");
        }
    }

    // One below the other, on the side of its line that has more room.
    private static void Marks(HtmlWriter html, Chart chart, Axis x)
    {
        foreach (var (i, mark) in chart.Marks.Index())
        {
            var place = x.Place(mark.Epoch) * 100;
            html.Write($"<span class=\"mark {mark.Style}{(place > 50 ? " left" : "")}\" style=\"left:{place:0.##}%;top:{i * 18}px\">{mark.Text}</span>");
        }
    }

    private static void Legend(HtmlWriter html, Chart chart)
    {
        html.Write($"<ul class=\"legend\">");
        foreach (var line in chart.Lines)
        {
            html.Write($"<li class=\"{line.Style}\">{line.Name}</li>");
        }

        if (chart.Band is { } band)
        {
            html.Write($"<li class=\"spread\">{band.Name}</li>");
        }

        html.Write($"</ul>\n");
    }

    // What the picture shows, for those who hear the page.
    private static string Description(Chart chart)
    {
        var text = new StringBuilder(chart.Title).Append(" over epochs.");
        foreach (var line in chart.Lines)
        {
            var numbers = line.Values.Where(double.IsFinite).ToArray();
            text.Append(numbers.Length == 0
                ? $" {line.Name}: no numbers."
                : $" {line.Name}: {Numbers.Text(numbers[0])} at first, {Numbers.Text(numbers[^1])} at last, from {Numbers.Text(numbers.Min())} to {Numbers.Text(numbers.Max())}.");
        }

        foreach (var mark in chart.Marks)
        {
            text.Append(CultureInfo.InvariantCulture, $" Epoch {mark.Epoch:0}: {mark.Text}.");
        }

        return text.Append(" The table at the end of the page has the numbers.").ToString();
    }

    // The numbers that the pointer shows. JSON's default encoding has no character that could end the element.
    private static void Data(HtmlWriter html, Chart chart)
    {
        html.Raw("<script type=\"application/json\">{\"x\":[");
        html.Raw(string.Join(',', chart.Epochs.Select(epoch => epoch.ToString("0.#", CultureInfo.InvariantCulture))));
        html.Raw("],\"l\":[");
        var lines = chart.Lines.Select(line => (line.Name, line.Values)).ToList();
        if (chart.Band is { } band)
        {
            lines.Add((band.Name, [.. band.High.Zip(band.Low, (high, low) => (high - low) / 2)]));
        }

        html.Raw(string.Join(',', lines.Select(line =>
            $"{{\"n\":\"{JsonEncodedText.Encode(line.Name)}\",\"y\":[{string.Join(',', line.Values.Select(Number))}]}}")));
        html.Raw("]}</script>\n");
    }

    private static string Number(double value) => double.IsFinite(value) ? value.ToString("G5", CultureInfo.InvariantCulture) : "null";

    private static List<ChartLine> Stack(IReadOnlyList<ChartLine> lines)
    {
        var stacked = new List<ChartLine>();
        foreach (var line in lines)
        {
            stacked.Add(line with { Values = stacked.Count == 0 ? line.Values : [.. line.Values.Zip(stacked[^1].Values, (above, below) => above + below)] });
        }

        return stacked;
    }
}
