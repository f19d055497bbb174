using System.Globalization;
using System.Runtime.InteropServices;

namespace Ddpo.Audio.Benchmarks.Speed.Results;

/// <summary>Writes what was measured, as Markdown and for programs.</summary>
internal static class SpeedTable
{
    /// <summary>Writes <c>speed.md</c> and <c>speed.csv</c>.</summary>
    public static void Write(string folder, IReadOnlyList<SpeedRow> rows, string command)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllLines(Path.Combine(folder, "speed.csv"), rows.Select(row => row.ToCsv()).Prepend(SpeedRow.CsvHeader));
        File.WriteAllText(Path.Combine(folder, "speed.md"), $"""
            `{command}` on {Environment.ProcessorCount} cores ({RuntimeInformation.RuntimeIdentifier}); threads of libtorch: {rows[0].Threads}; medians of {rows[0].Repeats}; a heap that {(KeepsMemory ? "keeps freed memory" : "gives freed memory back")}.

            | part | case | ms | compared with | ms | ratio of medians | median of ratios | GFLOP | GFLOP/s | of the compared |
            |---|---|---:|---|---:|---:|---:|---:|---:|---:|
            {string.Join('\n', rows.Select(Line))}

            """);
    }

    // As `dotnet run` starts the samples and this program.
    private static bool KeepsMemory => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("MALLOC_TRIM_THRESHOLD_"));

    /// <summary>A line of the table.</summary>
    public static string Line(SpeedRow row) => row.Ours is null
        ? $"| {row.Part} | {row.Case} | {row.Remark} | | | | | | | |"
        : $"| {row.Part} | {row.Case}{(row.Remark.Length > 0 ? $" ({row.Remark})" : "")} | {Time(row.Ours)} | {row.Reference} | {Time(row.References)} | {Ratio(row.RatioOfMedians)} | {Ratio(row.MedianOfRatios)} "
            + $"| {(row.GigaOperations > 0 ? Time(row.GigaOperations) : "")} | {Whole(row.OperationsPerSecond)} | {Whole(row.ReferenceOperationsPerSecond)} |";

    private static string Time(double? value) => Text(value, value < 10 ? "F2" : value < 100 ? "F1" : "F0");

    private static string Ratio(double? value) => Text(value, value < 10 ? "F2" : "F0");

    private static string Whole(double? value) => Text(value, "F0");

    private static string Text(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "";
}
