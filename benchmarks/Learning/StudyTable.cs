using System.Globalization;

namespace Ddpo.Audio.Benchmarks.Learning;

/// <summary>What was learned at one budget, as a table in Markdown: a line for each algorithm, the largest gain first.</summary>
internal static class StudyTable
{
    /// <summary>Makes the table.</summary>
    public static string Of(string task, int samples, IReadOnlyList<StudyRow> rows)
    {
        var lines = rows.GroupBy(row => (Algorithm: StudyRun.NameOf(row.Run.Algorithm), row.Run.LearningRate))
            .Select(group => (group.Key, Runs: group.GroupBy(row => row.Run).Select(run => run.MaxBy(row => row.SamplesSeen)!).ToList()))
            .OrderByDescending(line => line.Runs.Average(row => row.ClapGain))
            .Select(line => Line(line.Key.Algorithm, line.Key.LearningRate, line.Runs));
        return string.Create(CultureInfo.InvariantCulture, $"""
            {task}, {samples} samples

            | algorithm | gain in CLAP | of each seed | emotion | instrument | loudness | CPU s | MB |
            |---|---|---|---|---|---|---|---|
            {string.Join('\n', lines)}

            """);
    }

    private static string Line(string algorithm, double? rate, List<StudyRow> runs)
    {
        var gains = runs.Select(row => string.Create(CultureInfo.InvariantCulture, $"{Signed(row.ClapGain)} ± {row.ClapGainError:F3}"));
        string Share(Func<StudyRow, double> after, Func<StudyRow, double> gain) => string.Create(
            CultureInfo.InvariantCulture, $"{runs.Average(row => after(row) - gain(row)) * 100:F0} → {runs.Average(after) * 100:F0} %");
        return string.Create(CultureInfo.InvariantCulture, $"""
            | {algorithm}{(rate is null ? "" : $", lr {rate}")} | {Signed(runs.Average(row => row.ClapGain))} | {string.Join(", ", gains)} | {Share(row => row.Emotion, row => row.EmotionGain)} | {Share(row => row.Instrument, row => row.InstrumentGain)} | {runs.Average(row => row.Decibels):F1} | {runs.Average(row => row.ProcessorSeconds):F0} | {runs.Max(row => row.PeakMegabytes):F0} |
            """);
    }

    private static string Signed(double value) => value.ToString("+0.000;-0.000;0.000", CultureInfo.InvariantCulture);
}
