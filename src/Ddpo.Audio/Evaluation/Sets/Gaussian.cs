namespace Ddpo.Audio.Evaluation;

/// <summary>Mean and covariance of a set of vectors, fp64. Belongs to the caller's dispose scope.</summary>
/// <param name="Mean">[dimension].</param>
/// <param name="Covariance">[dimension, dimension], over n − 1.</param>
internal sealed record Gaussian(Tensor Mean, Tensor Covariance)
{
    public static Gaussian Of(IReadOnlyList<float[]> rows)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var all = Matrix(rows);
        var mean = all.mean([0]);
        var centered = all - mean;
        var covariance = centered.t().mm(centered).Divide(rows.Count - 1);
        return new Gaussian(mean.MoveToOuterDisposeScope(), covariance.MoveToOuterDisposeScope());
    }

    /// <summary>Vectors as rows, fp64 [rows, dimension].</summary>
    public static Tensor Matrix(IReadOnlyList<float[]> rows) =>
        tensor(rows.SelectMany(row => row).Select(number => (double)number).ToArray()).reshape(rows.Count, rows[0].Length);
}

/// <summary>The Fréchet distance between two Gaussians (Dowson and Landau 1982).</summary>
internal static class GaussianDistance
{
    public static double Between(Gaussian one, Gaussian other)
    {
        using var scope = NewDisposeScope();
        return Between(one, Root(one.Covariance), other);
    }

    /// <summary>The same, with the <see cref="Root"/> of the first one's covariance: for one that is compared with many.</summary>
    public static double Between(Gaussian one, Tensor root, Gaussian other)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var apart = one.Mean - other.Mean;
        var between = (apart * apart).sum();

        // C₁ C₂ has the eigenvalues of √C₁ C₂ √C₁, which is symmetric, so that they are real; below 0 they are by rounding alone.
        var product = root.mm(other.Covariance).mm(root);
        var eigenvalues = linalg.eigvalsh(product.Add(product.t()).Divide(2));
        var traces = one.Covariance.trace().Add(other.Covariance.trace());
        return Math.Max(0, between.Add(traces).item<double>() - (2 * eigenvalues.Clamp(0, double.MaxValue).sqrt().sum().item<double>()));
    }

    /// <summary>The symmetric root of a covariance; belongs to the caller's dispose scope.</summary>
    public static Tensor Root(Tensor symmetric)
    {
        using var noGradient = no_grad();
        var (values, vectors) = linalg.eigh(symmetric);
        return (vectors * values.Clamp(0, double.MaxValue).sqrt()).mm(vectors.t());
    }
}
