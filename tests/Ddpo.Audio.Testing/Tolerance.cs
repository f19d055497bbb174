using System.Text.Json;

namespace Ddpo.Audio.Testing;

/// <summary>How far an element may be from its golden value: <c>atol + rtol * |expected|</c>.</summary>
public sealed record Tolerance(double Absolute, double Relative = 0)
{
    /// <summary>Absolute tolerances by index of the first dimension, where the rows differ much in scale.</summary>
    public IReadOnlyList<double>? Rows { get; init; }

    /// <summary>How far an outlier may be off, where some are allowed.</summary>
    public double? Outlier { get; init; }

    /// <summary>The share of elements that may be outliers.</summary>
    public double MaxOutlierFraction { get; init; }

    /// <summary>Reads the tolerance from a tensor's description.</summary>
    public static Tolerance Of(JsonElement tensor) => new(Number(tensor, "atol") ?? 0, Number(tensor, "rtol") ?? 0)
    {
        Rows = tensor.TryGetProperty("atol_rows", out var rows) ? [.. rows.EnumerateArray().Select(row => row.GetDouble())] : null,
        Outlier = Number(tensor, "atol_outliers"),
        MaxOutlierFraction = Number(tensor, "max_outlier_fraction") ?? 0,
    };

    private static double? Number(JsonElement tensor, string name) =>
        tensor.TryGetProperty(name, out var value) ? value.GetDouble() : null;
}
