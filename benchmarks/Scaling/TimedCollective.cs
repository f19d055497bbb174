using System.Diagnostics;

namespace Ddpo.Audio.Scaling;

/// <summary>Counts what goes through a collective, and how long it takes.</summary>
internal sealed class TimedCollective(ICollective inner) : ICollective
{
    private readonly Stopwatch _clock = new();

    /// <summary>Time in which an operation was under way: waiting for others, and moving data.</summary>
    public TimeSpan Time => _clock.Elapsed;

    /// <summary>Operations.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes that this rank had to send, as it was told them.</summary>
    public long Bytes { get; private set; }

    public int Rank => inner.Rank;

    public int Size => inner.Size;

    public int LocalRank => inner.LocalRank;

    public int LocalSize => inner.LocalSize;

    public Task BroadcastAsync(Memory<byte> values, int root, CancellationToken cancellationToken) =>
        TimeAsync(() => inner.BroadcastAsync(values, root, cancellationToken), values.Length);

    public Task AllGatherAsync(ReadOnlyMemory<byte> own, Memory<byte> all, CancellationToken cancellationToken) =>
        TimeAsync(() => inner.AllGatherAsync(own, all, cancellationToken), own.Length);

    public Task GatherAsync(ReadOnlyMemory<byte> own, Memory<byte> all, int root, CancellationToken cancellationToken) =>
        TimeAsync(() => inner.GatherAsync(own, all, root, cancellationToken), own.Length);

    public Task SumAsync(Memory<float> values, CancellationToken cancellationToken) =>
        TimeAsync(() => inner.SumAsync(values, cancellationToken), 2L * sizeof(float) * values.Length);

    public Task BarrierAsync(CancellationToken cancellationToken) => TimeAsync(() => inner.BarrierAsync(cancellationToken), 0);

    public void Abort(int exitCode) => inner.Abort(exitCode);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask; // the other's owner does

    private async Task TimeAsync(Func<Task> operation, long bytes)
    {
        _clock.Start();
        await operation();
        _clock.Stop();
        (Count, Bytes) = (Count + 1, Bytes + bytes);
    }
}
