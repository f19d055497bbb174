namespace Ddpo.Audio.Schedulers;

/// <summary>The factors of one DDIM step (equations 12 and 16 of the DDIM paper), in single precision and the reference's order.</summary>
/// <param name="SqrtAlpha">Of the original in the sample at this timestep.</param>
/// <param name="SqrtBeta">Of the noise in the sample at this timestep.</param>
/// <param name="SqrtPreviousAlpha">Of the original in the next, less noisy sample.</param>
/// <param name="Direction">Of the predicted noise in the next sample.</param>
/// <param name="Sigma">The standard deviation of the fresh noise in the next sample.</param>
internal readonly record struct DdimCoefficients(float SqrtAlpha, float SqrtBeta, float SqrtPreviousAlpha, float Direction, float Sigma)
{
    // ln sqrt(2 pi)
    private const float LogRootTwoPi = 0.9189385332046727f;

    /// <summary>What the squared distance from the mean is divided by in the logarithm of the density.</summary>
    public float TwoVariance => 2 * (Sigma * Sigma);

    /// <summary>What is subtracted from the logarithm of the density so that the density's integral is 1.</summary>
    public float LogNormalizer => MathF.Log(Sigma) + LogRootTwoPi;

    /// <summary>From the shares of the original's variance before and after the step.</summary>
    public static DdimCoefficients Of(float alpha, float previousAlpha, float eta)
    {
        var variance = (1 - previousAlpha) / (1 - alpha) * (1 - (alpha / previousAlpha));
        var sigma = eta * MathF.Sqrt(variance);
        return new DdimCoefficients(
            MathF.Sqrt(alpha), MathF.Sqrt(1 - alpha), MathF.Sqrt(previousAlpha), MathF.Sqrt(1 - previousAlpha - (sigma * sigma)), sigma);
    }
}
