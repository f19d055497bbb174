using System.Numerics;
using System.Runtime.InteropServices;

namespace Ddpo.Audio.Runtime;

/// <summary>Looks for values that are not numbers, or infinite.</summary>
internal static class FiniteValues
{
    private const int ChunkBytes = 1 << 30;

    /// <summary>Whether all values of a floating point tensor are finite.</summary>
    public static bool All(Tensor values)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        if (values.device_type == DeviceType.CPU && values.is_contiguous())
        {
            return AllInMemory(values.view(-1));
        }

        // A sum is one pass, and not finite when a value is not; it may overflow by itself, too, so that only then the values are looked at.
        return double.IsFinite(values.sum().to(ScalarType.Float64).item<double>()) || values.isfinite().all().item<bool>();
    }

    // One pass of this thread over what it has just read, and so has in its cache: libtorch's other threads would have to fetch it.
    private static bool AllInMemory(Tensor flat)
    {
        var total = flat.numel();
        var chunk = ChunkBytes / sizeof(double);
        for (long done = 0; done < total; done += chunk)
        {
            using var part = flat.narrow(0, done, Math.Min(chunk, total - done));
            var bytes = part.bytes;

            // Infinities and NaN are what has all bits of the exponent.
            var areFinite = flat.dtype switch
            {
                ScalarType.BFloat16 => NoneHas<ushort>(bytes, 0x7F80),
                ScalarType.Float16 => NoneHas<ushort>(bytes, 0x7C00),
                ScalarType.Float32 => NoneHas(bytes, 0x7F80_0000u),
                ScalarType.Float64 => NoneHas(bytes, 0x7FF0_0000_0000_0000ul),
                _ => throw new ArgumentException($"Expected a floating point tensor, found {flat.dtype}.", nameof(flat)),
            };
            if (!areFinite)
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
        foreach (var vector in vectors)
        {
            if (Vector.EqualsAny(vector & mask, mask))
            {
                return false;
            }
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
