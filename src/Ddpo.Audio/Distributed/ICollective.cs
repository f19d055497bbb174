namespace Ddpo.Audio;

/// <summary>The processes of a job, and what they do together. Each has a rank, from 0.</summary>
/// <remarks>
/// <para>Order: a collective operation is one that every rank calls, all of them the same ones in the same order with the same sizes. It ends on
/// a rank when that rank has its result. A rank that does not come makes the others wait, at most as long as the implementation's limit.</para>
/// <para>Threads: any thread may call. Calls of one process are done one after the other, in the order in which they were made; to have the same order
/// everywhere, await each before the next.</para>
/// <para>Cancellation: a token is looked at before an operation begins. One that has begun is not given up, for the others count on this rank.</para>
/// <para>Memory that was passed in must not be touched until the operation has ended.</para>
/// </remarks>
public interface ICollective : IAsyncDisposable
{
    /// <summary>Gets this process's number, from 0 to <see cref="Size"/> − 1.</summary>
    int Rank { get; }

    /// <summary>Gets the number of processes, at least 1.</summary>
    int Size { get; }

    /// <summary>Gets this process's number among those of the same machine, from 0.</summary>
    int LocalRank { get; }

    /// <summary>Gets the number of processes on this machine, at least 1.</summary>
    int LocalSize { get; }

    /// <summary>Copies what one rank has to all others.</summary>
    /// <param name="values">Read on the root, written on the others; of the same length everywhere.</param>
    /// <param name="root">The rank that has the values.</param>
    /// <param name="cancellationToken">See the remarks.</param>
    /// <exception cref="CollectiveException">A rank is missing, or does something else.</exception>
    Task BroadcastAsync(Memory<byte> values, int root, CancellationToken cancellationToken = default);

    /// <summary>Copies what every rank has to all.</summary>
    /// <param name="own">What this rank has; of the same length everywhere.</param>
    /// <param name="all">Gets the values of rank 0, then those of rank 1, and so on: <see cref="Size"/> times as long.</param>
    /// <param name="cancellationToken">See the remarks.</param>
    /// <exception cref="CollectiveException">A rank is missing, or does something else.</exception>
    Task AllGatherAsync(ReadOnlyMemory<byte> own, Memory<byte> all, CancellationToken cancellationToken = default);

    /// <summary>Copies what every rank has to one of them.</summary>
    /// <param name="own">What this rank has; of the same length everywhere.</param>
    /// <param name="all">On the root, gets the values of rank 0, then those of rank 1, and so on: <see cref="Size"/> times as long. Not used on the others.</param>
    /// <param name="root">The rank that gets them.</param>
    /// <param name="cancellationToken">See the remarks.</param>
    /// <exception cref="CollectiveException">A rank is missing, or does something else.</exception>
    Task GatherAsync(ReadOnlyMemory<byte> own, Memory<byte> all, int root, CancellationToken cancellationToken = default);

    /// <summary>Replaces values by their sums over all ranks, the same bits on each.</summary>
    /// <remarks>Each sum is taken in the order of the ranks, in double precision, and then rounded: the same from run to run.</remarks>
    /// <param name="values">This rank's; as many everywhere.</param>
    /// <param name="cancellationToken">See the remarks.</param>
    /// <exception cref="CollectiveException">A rank is missing, or does something else.</exception>
    Task SumAsync(Memory<float> values, CancellationToken cancellationToken = default);

    /// <summary>Waits until every rank has come here.</summary>
    /// <exception cref="CollectiveException">A rank is missing, or does something else.</exception>
    Task BarrierAsync(CancellationToken cancellationToken = default);

    /// <summary>Ends all processes at once, this one too. Does not return when there are others.</summary>
    /// <param name="exitCode">What the job ends with, from 1 to 125; others become 1.</param>
    void Abort(int exitCode);
}
