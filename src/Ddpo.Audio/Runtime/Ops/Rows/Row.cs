using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Ddpo.Audio.Runtime.Ops.Rows;

/// <summary>Floats beside each other in memory.</summary>
internal static unsafe class Row
{
    /// <summary>The first value of a contiguous tensor of floats on the CPU. Valid while the tensor lives.</summary>
    public static float* Of(Tensor tensor)
    {
        if (tensor.dtype != ScalarType.Float32 || tensor.device_type != DeviceType.CPU || !tensor.is_contiguous())
        {
            throw new ArgumentException($"Expected contiguous floats on the CPU, found {tensor.dtype} on {tensor.device}.", nameof(tensor));
        }

        using var flat = tensor.view(-1);
        using var first = flat.narrow(0, 0, 1); // A span has no more than 2 GB.
        return (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(first.bytes));
    }

    /// <summary>Writes what is activated of a row.</summary>
    public static void LeakyRelu(ReadOnlySpan<float> row, Span<float> activated, float slope)
    {
        var vectors = MemoryMarshal.Cast<float, Vector512<float>>(row);
        var results = MemoryMarshal.Cast<float, Vector512<float>>(activated);
        for (var i = 0; i < vectors.Length; i++)
        {
            results[i] = LeakyRelu(vectors[i], slope);
        }

        for (var i = vectors.Length * Vector512<float>.Count; i < row.Length; i++)
        {
            activated[i] = row[i] > 0 ? row[i] : row[i] * slope;
        }
    }

    /// <summary>Activates.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> LeakyRelu(Vector512<float> value, float slope) =>
        Vector512.ConditionalSelect(Vector512.GreaterThan(value, Vector512<float>.Zero), value, value * slope);

    /// <summary>Adds a row to a sum, and divides that.</summary>
    public static void AddAndDivide(ReadOnlySpan<float> row, Span<float> sum, float divisor)
    {
        var vectors = MemoryMarshal.Cast<float, Vector512<float>>(row);
        var sums = MemoryMarshal.Cast<float, Vector512<float>>(sum);
        for (var i = 0; i < vectors.Length; i++)
        {
            sums[i] = (sums[i] + vectors[i]) / divisor;
        }

        for (var i = vectors.Length * Vector512<float>.Count; i < row.Length; i++)
        {
            sum[i] = (sum[i] + row[i]) / divisor;
        }
    }
}
