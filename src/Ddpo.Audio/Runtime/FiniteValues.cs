using System.Numerics;
using System.Runtime.InteropServices;

namespace Ddpo.Audio.Runtime;

/// <summary>Looks for values that are not numbers, or infinite.</summary>
internal static class FiniteValues
{
    private const int ChunkBytes = 1 << 30;

    /// <summary>Whether all values are finite, as integers always are.</summary>
    public static bool All(Tensor values)
    {
        if (!is_floating_point(values.dtype))
        {
            return true;
        }

        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        if (values.device_type == DeviceType.CPU && values.is_contiguous())
        {
            return AllInMemory(values.view(-1));
        }

        // A sum is one pass, and not finite when a value is not; it may overflow by itself, too, so that only then the values are looked at.
        return double.IsFinite(values.sum().to(ScalarType.Float64).item<double>()) || values.isfinite().all().item<bool>();
    }

    /// <summary>Whether all values of a type are finite, as integers always are.</summary>
    public static bool All(ReadOnlySpan<byte> values, ScalarType dtype) => dtype switch
    {
        // Infinities and NaN are what has all bits of the exponent.
        ScalarType.BFloat16 => NoneHas<ushort>(values, 0x7F80),
        ScalarType.Float16 => NoneHas<ushort>(values, 0x7C00),
        ScalarType.Float32 => NoneHas(values, 0x7F80_0000u),
        ScalarType.Float64 => NoneHas(values, 0x7FF0_0000_0000_0000ul),
        _ => !is_floating_point(dtype) ? true : throw new ArgumentException($"Expected a type that models have, found {dtype}.", nameof(dtype)),
    };

    private static bool AllInMemory(Tensor flat)
    {
        var total = flat.numel();
        var chunk = ChunkBytes / sizeof(double);
        for (long done = 0; done < total; done += chunk)
        {
            using var part = flat.narrow(0, done, Math.Min(chunk, total - done));
            if (!All(part.bytes, flat.dtype))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether no value has all of some bits set.</summary>
    private static bool NoneHas<T>(ReadOnlySpan<byte> bytes, T bits)
        where T : unmanaged, IBinaryInteger<T>
    {
        var values = MemoryMarshal.Cast<byte, T>(bytes);
        var vectors = MemoryMarshal.Cast<T, Vector<T>>(values);
        var mask = new Vector<T>(bits);
        var most = Vector<T>.Zero;
        foreach (var vector in vectors)
        {
            most = Vector.Max(most, vector & mask);
        }

        if (Vector.EqualsAny(most, mask))
        {
            return false;
        }

        foreach (var value in values[(vectors.Length * Vector<T>.Count)..])
        {
            if ((value & bits) == bits)
            {
                return false;
            }
        }

        return true;
    }
}
