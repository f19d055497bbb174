using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Ddpo.Audio.Samples;

/// <summary>Draws a run as an SVG picture: the reward of every epoch's samples, and what the held-out prompts say with their standard errors.</summary>
internal static class RewardCurve
{
    private const int Width = 760, Height = 360, Left = 48, Right = 16, Top = 40, Bottom = 40;

    // Epochs in the moving average.
    private const int Smoothing = 10;

    // Told apart by everyone, on light and on dark pages.
    private static readonly string[] s_colors = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00"];

    /// <summary>The name of the file.</summary>
    public const string FileName = "curve.svg";

    /// <summary>Draws the picture of a run's folder into it.</summary>
    public static void Write(string metricsFile, string evaluationFile, string path) =>
        File.WriteAllText(path, Draw([.. Read(metricsFile)], [.. Read(evaluationFile)]));

    private static IEnumerable<JsonElement> Read(string path) =>
        File.Exists(path) ? File.ReadLines(path).Select(line => JsonDocument.Parse(line).RootElement) : [];

    private static string Draw(List<JsonElement> epochs, List<JsonElement> measurings)
    {
        var training = epochs.ConvertAll(epoch => (X: epoch.GetProperty("index").GetInt32() + 1.0, Y: epoch.GetProperty("reward").GetProperty("mean").GetDouble()));
        var series = measurings.SelectMany(Points).GroupBy(point => point.Name, point => point).ToList();
        var values = training.Select(point => point.Y).Concat(series.SelectMany(line => line.SelectMany(p => new[] { p.Y - p.Error, p.Y + p.Error }))).ToList();
        if (values.Count == 0)
        {
            return "<svg xmlns=\"http://www.w3.org/2000/svg\"/>\n";
        }

        var axes = new Axes(
            Math.Max(1, training.Select(point => point.X).Concat(series.SelectMany(line => line.Select(p => p.X))).Max()),
            Math.Floor(values.Min() * 10) / 10, Math.Ceiling(values.Max() * 10) / 10);
        var svg = new StringBuilder();
        Append(svg, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" font-family=\"sans-serif\" font-size=\"12\" fill=\"#888\">");
        AppendGrid(svg, axes);
        AppendLine(svg, axes, training, "#888", 1, 0.45);
        AppendLine(svg, axes, Smooth(training), "#888", 2.5, 1);
        Append(svg, $"<text x=\"{Left}\" y=\"16\">reward of the training samples, mean of {Smoothing} epochs</text>");
        foreach (var (index, line) in series.Index())
        {
            AppendSeries(svg, axes, line.Key, [.. line], s_colors[index % s_colors.Length], Left + (index * 170));
        }

        return svg.AppendLine("</svg>").ToString();
    }

    private static IEnumerable<(string Name, double X, double Y, double Error)> Points(JsonElement measuring)
    {
        var x = measuring.GetProperty("epoch").GetDouble();
        var named = measuring.GetProperty("rewards").EnumerateObject().Select(reward => (reward.Name, reward.Value))
            .Concat(measuring.GetProperty("accuracy").EnumerateObject().Select(hits => (hits.Name + " accuracy", hits.Value)))
            .Prepend(("weighted reward", measuring.GetProperty("reward")));
        return named.Select(entry =>
            (entry.Item1, x, entry.Item2.GetProperty("mean").GetDouble(), entry.Item2.GetProperty("standard_error").GetDouble()));
    }

    private static List<(double X, double Y)> Smooth(List<(double X, double Y)> points) =>
        [.. points.Select((point, i) => (point.X, points[Math.Max(0, i - Smoothing + 1)..(i + 1)].Average(p => p.Y)))];

    private static void AppendGrid(StringBuilder svg, Axes axes)
    {
        for (var tenth = (int)Math.Round(axes.MinY * 10); tenth <= Math.Round(axes.MaxY * 10); tenth++)
        {
            var y = axes.Y(tenth / 10.0);
            Append(svg, $"<path d=\"M{Left} {y:F1}H{Width - Right}\" stroke=\"#888\" stroke-opacity=\"0.25\"/><text x=\"{Left - 8}\" y=\"{y + 4:F1}\" text-anchor=\"end\">{tenth / 10.0:F1}</text>");
        }

        foreach (var part in Enumerable.Range(0, 5))
        {
            var epoch = Math.Round(axes.MaxX * part / 4);
            Append(svg, $"<text x=\"{axes.X(epoch):F1}\" y=\"{Height - Bottom + 18}\" text-anchor=\"middle\">{epoch:F0}</text>");
        }

        Append(svg, $"<text x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 4}\" text-anchor=\"middle\">epochs</text>");
    }

    private static void AppendSeries(
        StringBuilder svg, Axes axes, string name, List<(string Name, double X, double Y, double Error)> points, string color, int legend)
    {
        AppendLine(svg, axes, points.ConvertAll(point => (point.X, point.Y)), color, 2, 1);
        foreach (var (_, x, y, error) in points)
        {
            Append(svg, $"<path d=\"M{axes.X(x):F1} {axes.Y(y - error):F1}V{axes.Y(y + error):F1}\" stroke=\"{color}\" stroke-width=\"1.5\"/><circle cx=\"{axes.X(x):F1}\" cy=\"{axes.Y(y):F1}\" r=\"3.5\" fill=\"{color}\"/>");
        }

        Append(svg, $"<text x=\"{legend}\" y=\"32\" fill=\"{color}\">held out: {name}</text>");
    }

    private static void AppendLine(StringBuilder svg, Axes axes, List<(double X, double Y)> points, string color, double width, double opacity)
    {
        var path = string.Join('L', points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{axes.X(point.X):F1} {axes.Y(point.Y):F1}")));
        Append(svg, $"<path d=\"M{path}\" fill=\"none\" stroke=\"{color}\" stroke-width=\"{width}\" stroke-opacity=\"{opacity}\"/>");
    }

    private static void Append(StringBuilder svg, FormattableString element) => svg.Append(element.ToString(CultureInfo.InvariantCulture)).Append('\n');

    private sealed record Axes(double MaxX, double MinY, double MaxY)
    {
        public double X(double epoch) => Left + (epoch / MaxX * (Width - Left - Right));

        public double Y(double value) => Height - Bottom - ((value - MinY) / Math.Max(MaxY - MinY, 0.1) * (Height - Top - Bottom));
    }
}
