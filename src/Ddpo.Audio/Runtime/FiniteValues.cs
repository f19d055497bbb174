namespace Ddpo.Audio.Runtime;

/// <summary>Looks for values that are not numbers, or infinite.</summary>
internal static class FiniteValues
{
    /// <summary>Whether all values of a floating point tensor are finite.</summary>
    public static bool All(Tensor values)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();

        // A sum is one pass, and not finite when a value is not; it may overflow by itself, too, so that only then the values are looked at.
        return double.IsFinite(values.sum().to(ScalarType.Float64).item<double>()) || values.isfinite().all().item<bool>();
    }
}
