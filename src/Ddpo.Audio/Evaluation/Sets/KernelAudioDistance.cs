using Ddpo.Audio.Evaluation;
using Ddpo.Audio.Runtime;

namespace Ddpo.Audio;

/// <summary>
/// The kernel audio distance (KAD, Chung and others 2025, arXiv:2502.15602), as kadtk has it: 100 times the unbiased squared maximum mean discrepancy with the kernel
/// exp(−d² / (2 b²)), b the median distance between windows of the reference. Needs no Gaussian, and far fewer clips than FAD.
/// </summary>
/// <remarks>Thread-safe. In double precision. Not symmetric: the reference gives the bandwidth.</remarks>
public static class KernelAudioDistance
{
    internal const string Name = "KAD";

    private const double Scale = 100;
    private const double Epsilon = 1e-8;

    /// <summary>Measures the distance.</summary>
    /// <param name="reference">Real clips.</param>
    /// <param name="set">Clips to judge, with the same embedding.</param>
    /// <exception cref="ArgumentException">The sets have different embeddings.</exception>
    /// <exception cref="NotSupportedException">libtorch is absent; the message says which package to add.</exception>
    public static SetDistance Measure(EmbeddingSet reference, EmbeddingSet set)
    {
        SetDistance.RequireComparable(reference, set);
        ComputeDevice.RequireLibTorch();
        return SetDistance.Of(Name, Between(reference.Rows, set.Rows).Value, reference, set);
    }

    /// <summary>The distance, and the bandwidth that it was measured with.</summary>
    internal static (double Value, double Bandwidth) Between(IReadOnlyList<float[]> reference, IReadOnlyList<float[]> set)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var (one, other) = (Gaussian.Matrix(reference), Gaussian.Matrix(set));
        var own = SquaredDistances(one, one);
        var bandwidth = Median(own);
        var factor = -1 / ((2 * bandwidth * bandwidth) + Epsilon);
        Tensor Kernel(Tensor squared) => squared.Multiply(factor).exp();

        // A window's kernel with itself, 1, is no pair.
        double OfPairs(Tensor squared, double count) => (Kernel(squared).sum().item<double>() - count) / (count * (count - 1));
        var value = OfPairs(own, reference.Count) + OfPairs(SquaredDistances(other, other), set.Count)
            - (2 * Kernel(SquaredDistances(one, other)).mean().item<double>());
        return (Scale * value, bandwidth);
    }

    private static Tensor SquaredDistances(Tensor one, Tensor other)
    {
        using var scope = NewDisposeScope();
        var squared = (one * one).sum(1).unsqueeze(1).Add((other * other).sum(1).unsqueeze(0)) - one.mm(other.t()).Multiply(2);
        squared = squared.Clamp(0, double.MaxValue);
        if (ReferenceEquals(one, other))
        {
            squared.diagonal().zero_(); // where rounding leaves something
        }

        return squared.MoveToOuterDisposeScope();
    }

    /// <summary>Of the distances between different windows; of an even number the lower one in the middle, as <c>torch.median</c> has it.</summary>
    private static double Median(Tensor squared)
    {
        var rows = squared.shape[0];
        var all = squared.sqrt().data<double>().ToArray();
        var pairs = new List<double>();
        for (var i = 0; i < rows; i++)
        {
            for (var j = i + 1; j < rows; j++)
            {
                pairs.Add(all[(i * rows) + j]);
            }
        }

        pairs.Sort();
        return pairs[(pairs.Count - 1) / 2];
    }
}
