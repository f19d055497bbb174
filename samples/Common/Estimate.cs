using System.Globalization;

namespace Ddpo.Audio.Samples;

/// <summary>A mean and its standard error, which a single value has not.</summary>
internal sealed record Estimate(double Mean, double? StandardError)
{
    /// <summary>The mean of <paramref name="values"/>, at least one.</summary>
    public static Estimate Of(IReadOnlyCollection<float> values)
    {
        var statistics = RewardStatistics.Of(values);
        return new Estimate(statistics.Mean, double.IsNaN(statistics.StandardError) ? null : statistics.StandardError);
    }

    /// <summary>How much larger <paramref name="after"/> is than <paramref name="before"/>, pair by pair.</summary>
    public static Estimate OfChange(IEnumerable<float> before, IEnumerable<float> after) =>
        Of([.. before.Zip(after, (old, now) => now - old)]);

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Mean:F3} ± {StandardError ?? 0:F3}");

    /// <summary>The estimate of a change, with its sign and in standard errors.</summary>
    public string ToChangeString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Mean:+0.000;-0.000;0.000} ± {StandardError ?? 0:F3}{(StandardError > 0 ? $" ({Mean / StandardError:+0.0;-0.0;0.0} SE)" : "")}");
}
