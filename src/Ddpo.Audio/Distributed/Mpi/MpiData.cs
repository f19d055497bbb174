using System.Numerics;
using System.Runtime.InteropServices;

namespace Ddpo.Audio.Distributed.Mpi;

/// <summary>Moves and adds data, when every rank has come to do so. On MPI's thread.</summary>
internal static unsafe class MpiData
{
    // Lengths are 32-bit numbers in MPI 3, and a piece at a time bounds what sums need besides.
    private const int MostBytes = 1 << 30, MostSummed = 1 << 22, Block = 1024;

    /// <summary>See <see cref="ICollective.BroadcastAsync"/>.</summary>
    public static void Broadcast(MpiLibrary mpi, Memory<byte> values, int root, Action<nint> wait)
    {
        using var pinned = values.Pin();
        for (var start = 0L; start < values.Length; start += MostBytes)
        {
            wait(mpi.Broadcast((byte*)pinned.Pointer + start, (int)Math.Min(MostBytes, values.Length - start), root));
        }
    }

    /// <summary>See <see cref="ICollective.AllGatherAsync"/>.</summary>
    public static void AllGather(MpiLibrary mpi, ReadOnlyMemory<byte> own, Memory<byte> all, Action<nint> wait)
    {
        using var from = own.Pin();
        using var to = all.Pin();
        wait(mpi.AllGather((byte*)from.Pointer, own.Length, (byte*)to.Pointer));
    }

    /// <summary>See <see cref="ICollective.GatherAsync"/>.</summary>
    public static void Gather(MpiLibrary mpi, ReadOnlyMemory<byte> own, Memory<byte> all, int root, Action<nint> wait)
    {
        using var from = own.Pin();
        using var to = all.Pin();
        wait(mpi.Gather((byte*)from.Pointer, own.Length, (byte*)to.Pointer, root));
    }

    /// <summary>
    /// See <see cref="ICollective.SumAsync"/>: every rank gets its part of all ranks' values, adds them in the order of the ranks, and gives the sums to all. So
    /// each value is sent twice, however many ranks there are.
    /// </summary>
    public static void Sum(MpiLibrary mpi, Memory<float> values, int size, Action<nint> wait)
    {
        var longest = Math.Min(values.Length, MostSummed);
        var (part, room) = (PartOf(longest, size), PartOf(longest, size) * size);
        var own = (float*)NativeMemory.Alloc((nuint)room, sizeof(float));
        var others = (float*)NativeMemory.Alloc((nuint)room, sizeof(float));
        var sums = (float*)NativeMemory.Alloc((nuint)part, sizeof(float));
        for (var start = 0; start < values.Length; start += MostSummed)
        {
            var piece = values.Span.Slice(start, Math.Min(MostSummed, values.Length - start));
            part = PartOf(piece.Length, size);
            piece.CopyTo(new Span<float>(own, piece.Length));
            new Span<float>(own + piece.Length, (part * size) - piece.Length).Clear();
            wait(mpi.Exchange((byte*)own, part * sizeof(float), (byte*)others));
            Add(others, part, size, sums);
            wait(mpi.AllGather((byte*)sums, part * sizeof(float), (byte*)own));
            new Span<float>(own, piece.Length).CopyTo(piece);
        }

        // Not freed when waiting fails: MPI may still write there.
        NativeMemory.Free(own);
        NativeMemory.Free(others);
        NativeMemory.Free(sums);
    }

    private static int PartOf(int length, int size) => Math.Max(1, (length + size - 1) / size);

    private static void Add(float* parts, int length, int size, float* sums)
    {
        // Some neighbours at a time, so that their sums stay in the cache.
        var block = stackalloc double[Block];
        for (var start = 0; start < length; start += Block)
        {
            var count = Math.Min(Block, length - start);
            new Span<double>(block, count).Clear();
            for (var rank = 0; rank < size; rank++)
            {
                Add(parts + ((long)rank * length) + start, count, block);
            }

            for (var i = 0; i < count; i++)
            {
                sums[start + i] = (float)block[i];
            }
        }
    }

    private static void Add(float* values, int count, double* sums)
    {
        var i = 0;
        for (; i + Vector<float>.Count <= count; i += Vector<float>.Count)
        {
            Vector.Widen(Vector.Load(values + i), out var low, out var high);
            (Vector.Load(sums + i) + low).Store(sums + i);
            (Vector.Load(sums + i + Vector<double>.Count) + high).Store(sums + i + Vector<double>.Count);
        }

        for (; i < count; i++)
        {
            sums[i] += values[i];
        }
    }
}
