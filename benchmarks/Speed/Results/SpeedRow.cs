using System.Globalization;

namespace Ddpo.Audio.Benchmarks.Speed.Results;

/// <summary>What a stage took.</summary>
internal sealed record SpeedRow
{
    /// <summary>The columns of <see cref="ToCsv"/>.</summary>
    public const string CsvHeader =
        "part,case,threads,repeats,ours_ms,reference,reference_ms,ratio_of_medians,median_of_ratios,gflop,gflop_per_s,reference_gflop_per_s,remark";

    public required string Part { get; init; }

    public required string Case { get; init; }

    public required int Threads { get; init; }

    public required int Repeats { get; init; }

    /// <summary>What ours was compared with; <see langword="null"/>: nothing.</summary>
    public string? Reference { get; init; }

    /// <summary>Of each run; empty when it was not measured.</summary>
    public IReadOnlyList<double> OurSeconds { get; init; } = [];

    /// <summary>Of the run after each of ours.</summary>
    public IReadOnlyList<double> ReferenceSeconds { get; init; } = [];

    /// <summary>Operations of one run, in 10⁹; 0: not counted.</summary>
    public double GigaOperations { get; init; }

    /// <summary>Something else to know, or why there are no figures.</summary>
    public string Remark { get; init; } = "";

    /// <summary>In milliseconds.</summary>
    public double? Ours => Median(OurSeconds) * 1000;

    /// <inheritdoc cref="Ours"/>
    public double? References => Median(ReferenceSeconds) * 1000;

    /// <summary>Ours over the reference.</summary>
    public double? RatioOfMedians => Ours / References;

    /// <summary>The same of each turn: a machine that slows down for a while moves it less.</summary>
    public double? MedianOfRatios => Median([.. OurSeconds.Zip(ReferenceSeconds, (ours, reference) => ours / reference)]);

    /// <summary>Of ours.</summary>
    public double? OperationsPerSecond => GigaOperations > 0 ? GigaOperations / Ours * 1000 : null;

    /// <summary>Of the reference.</summary>
    public double? ReferenceOperationsPerSecond => GigaOperations > 0 ? GigaOperations / References * 1000 : null;

    /// <summary>A line of a file.</summary>
    public string ToCsv() => string.Join(',', new[]
    {
        Part, Quoted(Case), Text(Threads, "F0"), Text(Repeats, "F0"), Text(Ours), Quoted(Reference ?? ""), Text(References), Text(RatioOfMedians), Text(MedianOfRatios),
        GigaOperations > 0 ? Text(GigaOperations) : "", Text(OperationsPerSecond, "F1"), Text(ReferenceOperationsPerSecond, "F1"), Quoted(Remark),
    });

    private static double? Median(IReadOnlyList<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? null : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static string Text(double? value, string format = "F3") => value?.ToString(format, CultureInfo.InvariantCulture) ?? "";

    private static string Quoted(string text) => text.AsSpan().IndexOfAny(",\"\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
