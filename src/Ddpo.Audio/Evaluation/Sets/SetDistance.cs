namespace Ddpo.Audio;

/// <summary>How far a set of clips is from a reference set, with all that the number depends on.</summary>
/// <param name="Metric">Its name: <c>FAD</c>, <c>FAD-infinity</c> or <c>KAD</c>.</param>
/// <param name="Value">The distance; 0 for equal sets. KAD is an unbiased estimate and may be a little below.</param>
/// <param name="Embedding">What made the vectors, and of what windows.</param>
/// <param name="Dimension">Of the vectors.</param>
/// <param name="ReferenceWindows">Of the reference set.</param>
/// <param name="Windows">Of the set.</param>
public sealed record SetDistance(string Metric, double Value, string Embedding, int Dimension, int ReferenceWindows, int Windows)
{
    /// <summary>Gets how well a line fits the distances of parts of the set (R²), which FAD-infinity goes along; <see langword="null"/> for other metrics.</summary>
    public double? FitRSquared { get; init; }

    /// <summary>Gets what makes the number doubtful; <see langword="null"/> when nothing does.</summary>
    public string? Warning { get; init; }

    internal static SetDistance Of(string metric, double value, EmbeddingSet reference, EmbeddingSet set)
    {
        var least = Math.Min(reference.Rows.Count, set.Rows.Count);
        return new SetDistance(metric, value, reference.Embedding, reference.Dimension, reference.Rows.Count, set.Rows.Count)
        {
            Warning = metric != KernelAudioDistance.Name && least <= reference.Dimension
                ? $"{least} windows are not more than the {reference.Dimension} dimensions: the covariance has not full rank, and FAD is too large. Take more clips, or KAD."
                : null,
        };
    }

    internal static void RequireComparable(EmbeddingSet reference, EmbeddingSet set)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentNullException.ThrowIfNull(set);
        if (reference.Embedding != set.Embedding || reference.Dimension != set.Dimension)
        {
            throw new ArgumentException(
                $"The sets cannot be compared: the reference is '{reference.Embedding}' of {reference.Dimension} dimensions, the other '{set.Embedding}' of {set.Dimension}.",
                nameof(set));
        }
    }
}
