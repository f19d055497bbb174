using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Ddpo.Audio.Training.Observers.Html;

/// <summary>Writes a chart: what it shows in words, and the numbers that <c>charts.js</c> draws.</summary>
internal static class ChartHtml
{
    public static void Write(HtmlWriter html, Chart chart)
    {
        html.Write($"<figure class=\"chart{(chart.Wide ? " wide" : "")}\">\n<figcaption><h3>{chart.Title}</h3>");
        if (chart.Badge.Length > 0)
        {
            html.Write($"<span class=\"badge\">{chart.Badge}</span>");
        }

        html.Write($"<p>{chart.Note}</p></figcaption>\n<div class=\"plot\" role=\"group\" aria-label=\"{Description(chart)}\"></div>\n");
        Data(html, chart);
        html.Write($"</figure>\n");
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

    // What charts.js draws. JSON's default encoding has no character that could end the element.
    private static void Data(HtmlWriter html, Chart chart)
    {
        List<ChartLine> lines = [.. chart.Lines];
        if (chart.Band is { } band)
        {
            lines.Add(new(band.Name, [.. band.High.Zip(band.Low, (high, low) => (high - low) / 2)], "band"));
        }

        html.Raw($"<script type=\"application/json\">{{\"x\":[{string.Join(',', chart.Epochs.Select(Epoch))}],\"unit\":\"{JsonEncodedText.Encode(chart.Unit)}\"");
        html.Raw($",\"wide\":{(chart.Wide ? "true" : "false")},\"stacked\":{(chart.Stacked ? "true" : "false")},\"l\":[");
        html.Raw(string.Join(',', lines.Select(line =>
            $"{{\"n\":\"{JsonEncodedText.Encode(line.Name)}\",\"s\":\"{line.Style}\",\"y\":[{string.Join(',', line.Values.Select(Number))}]}}")));
        html.Raw("],\"m\":[");
        html.Raw(string.Join(',', chart.Marks.Select(mark => $"{{\"x\":{Epoch(mark.Epoch)},\"t\":\"{JsonEncodedText.Encode(mark.Text)}\",\"s\":\"{mark.Style}\"}}")));
        html.Raw("]}</script>\n");
    }

    private static string Epoch(double epoch) => epoch.ToString("0.#", CultureInfo.InvariantCulture);

    private static string Number(double value) => double.IsFinite(value) ? value.ToString("G5", CultureInfo.InvariantCulture) : "null";
}
