#pragma warning disable RS0030 // Held until the call returns.
namespace Ddpo.Audio.Runtime.Ops;

/// <summary>Tensors made from numbers that are held until libtorch has read them. See <see cref="TensorArithmetic"/>.</summary>
internal static class TensorFactory
{
    private static readonly Scalar s_one = 1.ToScalar();

    /// <summary>The numbers from <paramref name="start"/> up to, but not, <paramref name="stop"/>.</summary>
    public static Tensor Range(long start, long stop, ScalarType dtype, Device device)
    {
        using var first = start.ToScalar();
        using var end = stop.ToScalar();
        return arange(first, end, s_one, dtype, device);
    }

    /// <summary><paramref name="value"/> <paramref name="count"/> times, int64 [count].</summary>
    public static Tensor Repeat(long value, long count, Device device)
    {
        using var number = value.ToScalar();
        return full([count], number, ScalarType.Int64, device);
    }
}
