using System.Buffers;

namespace Ddpo.Audio.Runtime.Ops.Rows;

/// <summary>Memory for rows, of the pool that all arrays share. Gives it back when it is disposed.</summary>
internal sealed unsafe class RowMemory : IDisposable
{
    // Of floats.
    private const int CacheLine = 16;

    private readonly List<(float[] Array, MemoryHandle Pin)> _rented = [];

    /// <summary>Rows for so many times, and those that <see cref="RowConvolution"/> reads and writes behind them; what they hold is not said.</summary>
    public Rows Take(int channels, int times)
    {
        // An odd number of cache lines apart: else rows would push each other out of the cache.
        var stride = ((times + RowConvolution.Tile + CacheLine - 1) / CacheLine | 1) * CacheLine;
        var array = ArrayPool<float>.Shared.Rent(checked((channels * stride) + CacheLine));
        var pin = array.AsMemory().Pin();
        _rented.Add((array, pin));
        var past = (nint)pin.Pointer % (CacheLine * sizeof(float));
        return new((float*)((nint)pin.Pointer + (CacheLine * sizeof(float)) - past), channels, stride);
    }

    public void Dispose()
    {
        foreach (var (array, pin) in _rented)
        {
            pin.Dispose();
            ArrayPool<float>.Shared.Return(array);
        }
    }
}
