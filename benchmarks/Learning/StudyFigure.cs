using ScottPlot;

namespace Ddpo.Audio.Benchmarks.Learning;

/// <summary>Gain by samples, as a figure: a line for each algorithm, the mean of its seeds.</summary>
internal static class StudyFigure
{
    /// <summary>Draws the figure.</summary>
    public static void Write(string path, IReadOnlyList<StudyRow> rows)
    {
        using var plot = new Plot();
        foreach (var algorithm in rows.GroupBy(row => StudyRun.NameOf(row.Run.Algorithm) + (row.Run.LearningRate is { } rate ? FormattableString.Invariant($" {rate}") : "")))
        {
            var points = algorithm.GroupBy(row => row.SamplesSeen).OrderBy(group => group.Key).ToList();
            var line = plot.Add.Scatter(points.ConvertAll(group => (double)group.Key), points.ConvertAll(group => group.Average(row => row.ClapGain)));
            line.LegendText = algorithm.Key;
        }

        plot.XLabel("samples");
        plot.YLabel("gain in CLAP, held-out clips");
        plot.ShowLegend(Alignment.UpperLeft);
        plot.SaveSvg(path, 720, 440);
    }
}
