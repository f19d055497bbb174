namespace Ddpo.Audio.Training.Parameters;

/// <summary>Keeps a gradient within a norm, as PyTorch's <c>clip_grad_norm_</c> does.</summary>
internal static class GradientClipping
{
    // Of the reference: what keeps a norm of zero from being divided by.
    private const double Epsilon = 1e-6;

    /// <summary>Scales a gradient so that its norm is at most <paramref name="maxNorm"/>. Waits for the device once.</summary>
    /// <returns>The norm before.</returns>
    public static double ByNorm(Tensor gradients, double maxNorm)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var norm = gradients.norm();
        gradients.mul_(norm.Add(Epsilon).reciprocal().Multiply(maxNorm).ClampMax(1.0));
        return norm.item<float>();
    }
}
