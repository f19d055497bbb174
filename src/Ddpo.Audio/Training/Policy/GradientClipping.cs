namespace Ddpo.Audio.Training.Policy;

/// <summary>Keeps gradients within a norm, as PyTorch's <c>clip_grad_norm_</c> does.</summary>
internal static class GradientClipping
{
    // Of the reference: what keeps a norm of zero from being divided by.
    private const double Epsilon = 1e-6;

    /// <summary>Scales all gradients so that their norm, taken together, is at most <paramref name="maxNorm"/>. Waits for the device once.</summary>
    /// <returns>The norm before; 0 when no parameter has a gradient.</returns>
    public static double ByNorm(IEnumerable<Parameter> parameters, double maxNorm)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var gradients = parameters.Select(parameter => parameter.grad).OfType<Tensor>().ToList();
        if (gradients.Count == 0)
        {
            return 0;
        }

        var norm = stack(gradients.Select(gradient => gradient.norm())).norm();
        var factor = norm.Add(Epsilon).reciprocal().Multiply(maxNorm).ClampMax(1.0);
        foreach (var gradient in gradients)
        {
            gradient.mul_(factor);
        }

        return norm.item<float>();
    }
}
