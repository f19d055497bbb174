namespace Ddpo.Audio.Distributed;

/// <summary>One process: everything is there already.</summary>
internal sealed class AloneCollective : ICollective
{
    public int Rank => 0;

    public int Size => 1;

    public int LocalRank => 0;

    public int LocalSize => 1;

    public Task BroadcastAsync(Memory<byte> values, int root, CancellationToken cancellationToken) => Done(cancellationToken);

    public Task AllGatherAsync(ReadOnlyMemory<byte> own, Memory<byte> all, CancellationToken cancellationToken) => Copy(own, all, cancellationToken);

    public Task GatherAsync(ReadOnlyMemory<byte> own, Memory<byte> all, int root, CancellationToken cancellationToken) => Copy(own, all, cancellationToken);

    public Task SumAsync(Memory<float> values, CancellationToken cancellationToken) => Done(cancellationToken);

    public Task BarrierAsync(CancellationToken cancellationToken) => Done(cancellationToken);

    public void Abort(int exitCode) => Environment.Exit(exitCode is > 0 and < 126 ? exitCode : 1);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static Task Copy(ReadOnlyMemory<byte> own, Memory<byte> all, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        own.CopyTo(all);
        return Task.CompletedTask;
    }

    private static Task Done(CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested ? Task.FromCanceled(cancellationToken) : Task.CompletedTask;
}
