using System.Text.Json.Serialization;

namespace Ddpo.Audio;

/// <summary>Summary of one reward over some samples, such as those of an epoch.</summary>
/// <param name="Mean">Mean.</param>
/// <param name="Std">Population standard deviation.</param>
/// <param name="Min">Smallest.</param>
/// <param name="Max">Largest.</param>
/// <param name="Count">Samples.</param>
public sealed record RewardStatistics(double Mean, double Std, double Min, double Max, int Count)
{
    /// <summary>Sample standard deviation, over n − 1: an estimate for all that could be sampled. <see cref="double.NaN"/> for one sample.</summary>
    [JsonIgnore] // it follows from what is written, and JSON has no NaN
    public double SampleStd => StandardError * Math.Sqrt(Count);

    /// <summary>
    /// Standard error of the mean: the sample standard deviation over √n, which is <c>Std / √(n − 1)</c>.
    /// <see cref="double.NaN"/> for one sample.
    /// </summary>
    [JsonIgnore] // as above
    public double StandardError => Count > 1 ? Std / Math.Sqrt(Count - 1) : double.NaN;

    /// <summary>Summarises <paramref name="values"/>, at least one.</summary>
    /// <exception cref="ArgumentException">There are no values.</exception>
    public static RewardStatistics Of(IReadOnlyCollection<float> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Count == 0)
        {
            throw new ArgumentException("Expected at least one reward, found none.", nameof(values));
        }

        var mean = values.Average(value => (double)value);
        var variance = values.Average(value => (value - mean) * (value - mean));
        return new RewardStatistics(mean, Math.Sqrt(variance), values.Min(), values.Max(), values.Count);
    }
}
