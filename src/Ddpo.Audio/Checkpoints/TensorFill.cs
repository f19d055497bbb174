using Ddpo.Audio.Runtime;

namespace Ddpo.Audio.Checkpoints;

/// <summary>Reads values of a file into a tensor.</summary>
internal static class TensorFill
{
    private const int SpanBytes = 1 << 30;
    private const int StagedBytes = 4 << 20;

    /// <summary>So much is read at a time, to be looked at while it is in the core's own cache.</summary>
    private const int SeenBytes = 1 << 18;

    private static readonly int s_readers = Math.Min(4, Environment.ProcessorCount);

    /// <summary>
    /// Reads the values that lie row by row at <paramref name="offset"/>: those of a CPU tensor of the stored type straight into
    /// its memory, any other's through a staging tensor of bounded size.
    /// </summary>
    /// <returns>Whether <paramref name="target"/> holds finite values only.</returns>
    public static bool FromRows(BinaryFile file, long offset, ScalarType stored, Tensor target)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        if (target.device_type == DeviceType.CPU && target.dtype == stored && target.is_contiguous())
        {
            return Straight(file, offset, target);
        }

        Staged(file, offset, stored, target);
        return FiniteValues.All(target);
    }

    private static bool Straight(BinaryFile file, long offset, Tensor target)
    {
        var areFinite = true;
        foreach (var (start, part) in Parts(target, SpanBytes / Dtypes.SizeOf(target.dtype)))
        {
            areFinite &= ReadAndLook(file, offset + (start * Dtypes.SizeOf(target.dtype)), part.bytes, target.dtype);
        }

        return areFinite;
    }

    // Several threads: what takes the time is memory that is new to the process, and copies from the system's cache.
    private static unsafe bool ReadAndLook(BinaryFile file, long offset, Span<byte> target, ScalarType dtype)
    {
        if (target.Length <= SeenBytes)
        {
            file.Read(offset, target);
            return FiniteValues.All(target, dtype);
        }

        var areFinite = true;
        fixed (byte* first = target)
        {
            var (address, length) = ((nint)first, target.Length);
            SharedWork.Each(((length - 1) / SeenBytes) + 1, s_readers, number =>
            {
                var start = number * SeenBytes;
                var piece = new Span<byte>((byte*)address + start, Math.Min(SeenBytes, length - start));
                file.Read(offset + start, piece);
                if (!FiniteValues.All(piece, dtype))
                {
                    Volatile.Write(ref areFinite, false);
                }
            });
        }

        return areFinite;
    }

    private static void Staged(BinaryFile file, long offset, ScalarType stored, Tensor target)
    {
        var rows = target.is_contiguous() ? target : empty(target.shape, target.dtype, target.device);
        var size = Dtypes.SizeOf(stored);
        var staging = empty([Math.Min(target.numel(), StagedBytes / size)], stored);
        foreach (var (start, part) in Parts(rows, StagedBytes / size))
        {
            using var staged = staging.narrow(0, 0, part.numel());
            file.Read(offset + (start * size), staged.bytes);
            part.copy_(staged);
        }

        if (!ReferenceEquals(rows, target))
        {
            target.copy_(rows);
        }
    }

    // Of a contiguous tensor, with the index of the first value.
    private static IEnumerable<(long Start, Tensor Part)> Parts(Tensor tensor, long values)
    {
        using var flat = tensor.view(-1);
        for (long start = 0; start < flat.numel(); start += values)
        {
            using var part = flat.narrow(0, start, Math.Min(values, flat.numel() - start));
            yield return (start, part);
        }
    }
}
