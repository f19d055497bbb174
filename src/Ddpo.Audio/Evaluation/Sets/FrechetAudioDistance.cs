using Ddpo.Audio.Evaluation;
using Ddpo.Audio.Runtime;

namespace Ddpo.Audio;

/// <summary>
/// The Fréchet distance between two sets of embeddings (FAD, Kilgour and others 2019, arXiv:1812.08466), as fadtk has it: |μ₁ − μ₂|² + tr C₁ + tr C₂ − 2 tr √(C₁ C₂),
/// over all windows, with covariances over n − 1. In double precision, and by the eigenvalues of a symmetric matrix, so that it is never negative or complex.
/// </summary>
/// <remarks>Thread-safe. Symmetric in its sets. Numbers of different embeddings, windows or set sizes cannot be compared.</remarks>
public static class FrechetAudioDistance
{
    /// <summary>Measures the distance.</summary>
    /// <param name="reference">Real clips.</param>
    /// <param name="set">Clips to judge, with the same embedding.</param>
    /// <exception cref="ArgumentException">The sets have different embeddings.</exception>
    /// <exception cref="NotSupportedException">libtorch is absent; the message says which package to add.</exception>
    public static SetDistance Measure(EmbeddingSet reference, EmbeddingSet set)
    {
        SetDistance.RequireComparable(reference, set);
        ComputeDevice.RequireLibTorch();
        using var scope = NewDisposeScope();
        return SetDistance.Of("FAD", GaussianDistance.Between(Gaussian.Of(reference.Rows), Gaussian.Of(set.Rows)), reference, set);
    }

    /// <summary>
    /// Estimates the distance of a set without end (FAD-infinity, Gui and others 2023, arXiv:2311.01616; fadtk's <c>score_inf</c>): FAD of parts of the set of
    /// several sizes n, drawn with replacement, goes along a line over 1 / n, and where that line is at 0 is the estimate.
    /// </summary>
    /// <param name="reference">Real clips.</param>
    /// <param name="set">Clips to judge, with the same embedding.</param>
    /// <param name="smallest">Windows in the smallest part, at least 2; 500 by default.</param>
    /// <param name="sizes">How many sizes, at least 2; 25 by default.</param>
    /// <param name="seed">Decides which windows are drawn; 0 by default.</param>
    /// <exception cref="ArgumentException">The sets have different embeddings, or the set has not more than <paramref name="smallest"/> windows.</exception>
    public static SetDistance MeasureInfinity(EmbeddingSet reference, EmbeddingSet set, int smallest = 500, int sizes = 25, ulong seed = 0)
    {
        SetDistance.RequireComparable(reference, set);
        ArgumentOutOfRangeException.ThrowIfLessThan(smallest, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(sizes, 2);
        if (set.Rows.Count <= smallest)
        {
            throw new ArgumentException($"FAD-infinity needs more than {smallest} windows, found {set.Rows.Count}: take more clips, or FAD.", nameof(set));
        }

        ComputeDevice.RequireLibTorch();
        using var scope = NewDisposeScope();
        var parts = Enumerable.Range(0, sizes).Select(i =>
        {
            var random = new CounterRandom(seed, (ulong)i);
            var count = (int)(smallest + (i * ((set.Rows.Count - (double)smallest) / (sizes - 1))));
            return Enumerable.Range(0, count).Select(_ => random.Below(set.Rows.Count)).ToArray();
        });
        var (value, _, fit) = AlongLine(Gaussian.Of(reference.Rows), set.Rows, parts);
        return SetDistance.Of("FAD-infinity", value, reference, set) with { FitRSquared = fit };
    }

    /// <summary>The distances of parts of the set, and the line over 1 / n that goes through them by least squares.</summary>
    internal static (double Intercept, double Slope, double RSquared) AlongLine(Gaussian reference, IReadOnlyList<float[]> rows, IEnumerable<int[]> parts)
    {
        var root = GaussianDistance.Root(reference.Covariance); // once, and not for every part
        var points = parts.Select(part => (X: 1.0 / part.Length, Y: GaussianDistance.Between(reference, root, Gaussian.Of([.. part.Select(row => rows[row])])))).ToList();
        var (x, y) = (points.Average(point => point.X), points.Average(point => point.Y));
        var slope = points.Sum(point => (point.X - x) * (point.Y - y)) / points.Sum(point => Math.Pow(point.X - x, 2));
        var intercept = y - (slope * x);
        var (left, total) = (points.Sum(point => Math.Pow(point.Y - intercept - (slope * point.X), 2)), points.Sum(point => Math.Pow(point.Y - y, 2)));
        return (intercept, slope, 1 - (left / total));
    }
}
