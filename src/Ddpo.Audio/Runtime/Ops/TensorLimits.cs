#pragma warning disable RS0030 // Held until the call returns.
namespace Ddpo.Audio.Runtime.Ops;

/// <summary>Limits and comparisons with numbers that are held until libtorch has read them. See <see cref="TensorArithmetic"/>.</summary>
internal static class TensorLimits
{
    /// <summary>Values below <paramref name="min"/> become it, and those above <paramref name="max"/> that.</summary>
    public static Tensor Clamp(this Tensor x, double min, double max)
    {
        using var low = min.ToScalar();
        using var high = max.ToScalar();
        return x.clamp(low, high);
    }

    /// <summary>Values below <paramref name="min"/> become it.</summary>
    public static Tensor ClampMin(this Tensor x, double min)
    {
        using var low = min.ToScalar();
        return x.clamp_min(low);
    }

    /// <summary>Values above <paramref name="max"/> become it.</summary>
    public static Tensor ClampMax(this Tensor x, double max)
    {
        using var high = max.ToScalar();
        return x.clamp_max(high);
    }

    /// <summary>Values above <paramref name="max"/> become it, in an integral tensor's type.</summary>
    public static Tensor ClampMax(this Tensor x, long max)
    {
        using var high = max.ToScalar();
        return x.clamp_max(high);
    }

    /// <summary>x &gt; number, bool.</summary>
    public static Tensor IsGreaterThan(this Tensor x, double number)
    {
        using var limit = number.ToScalar();
        return x.gt(limit);
    }

    /// <summary>x &lt; number, bool.</summary>
    public static Tensor IsLessThan(this Tensor x, double number)
    {
        using var limit = number.ToScalar();
        return x.lt(limit);
    }

    /// <summary>x ≠ number, bool.</summary>
    public static Tensor IsNotEqualTo(this Tensor x, long number)
    {
        using var other = number.ToScalar();
        return x.ne(other);
    }

    /// <summary>x where it is positive, else slope × x.</summary>
    public static Tensor LeakyRelu(this Tensor x, double slope)
    {
        using var number = slope.ToScalar();
        return x.leaky_relu(number);
    }

    /// <summary>The same, in place.</summary>
    public static Tensor LeakyReluInPlace(this Tensor x, double slope)
    {
        using var number = slope.ToScalar();
        return x.leaky_relu_(number);
    }
}
