using System.Runtime.InteropServices;

namespace Ddpo.Audio.Distributed.Mpi;

/// <summary>What a rank has come to do.</summary>
/// <param name="Kind">The operation.</param>
/// <param name="Root">Its root; 0 where it has none.</param>
/// <param name="Length">Bytes or numbers of one rank.</param>
internal readonly record struct MpiCall(MpiOperation Kind, int Root, long Length)
{
    public override string ToString() => Kind switch
    {
        MpiOperation.Barrier => "a barrier",
        MpiOperation.Broadcast => $"a broadcast of {Length} bytes from rank {Root}",
        MpiOperation.AllGather => $"an all-gather of {Length} bytes",
        MpiOperation.Gather => $"a gather of {Length} bytes to rank {Root}",
        MpiOperation.Sum => $"a sum of {Length} numbers",
        _ => "its end",
    };
}

/// <summary>Operations that ranks do together.</summary>
internal enum MpiOperation
{
    Barrier,
    Broadcast,
    AllGather,
    Gather,
    Sum,
    End,
}

/// <summary>
/// Before every operation: each rank tells rank 0 what it has come to do, and rank 0 tells all. So that the one that is missing has a name, ranks that do
/// different things are told so instead of hanging, and the operation itself finds everyone ready. A few bytes may be told along. On MPI's thread.
/// </summary>
internal sealed unsafe class RollCall
{
    /// <summary>The most bytes that may be told along.</summary>
    public const int MostNews = 256;

    private const int Tag = 1187, CallBytes = 24, SlotBytes = CallBytes + MostNews;

    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(10);

    private readonly MpiLibrary _mpi;
    private readonly int _rank;
    private readonly int _size;
    private readonly Action _meanwhile;
    private readonly Heartbeat _heartbeat;
    private readonly byte* _slots; // MPI may write there as long as the process lives
    private readonly nint[] _requests;

    /// <param name="mpi">The library, started.</param>
    /// <param name="rank">This one.</param>
    /// <param name="size">Of the job.</param>
    /// <param name="heartbeat">Says who is there.</param>
    /// <param name="meanwhile">Called while waiting.</param>
    public RollCall(MpiLibrary mpi, int rank, int size, Heartbeat heartbeat, Action meanwhile)
    {
        (_mpi, _rank, _size, _heartbeat, _meanwhile) = (mpi, rank, size, heartbeat, meanwhile);
        _slots = (byte*)NativeMemory.AllocZeroed((nuint)size, SlotBytes);
        _requests = new nint[size];
    }

    /// <summary>Meets the other ranks.</summary>
    /// <param name="call">What this rank has come to do.</param>
    /// <param name="news">Told along.</param>
    /// <param name="limit">How long to wait for them.</param>
    /// <param name="nameOf">Names a rank.</param>
    /// <returns>What each has come to do.</returns>
    /// <exception cref="CollectiveException">A rank did not come, and is named.</exception>
    public MpiCall[] Meet(MpiCall call, ReadOnlySpan<byte> news, TimeSpan limit, Func<int, string> nameOf)
    {
        Write(call, news);
        if (_rank == 0)
        {
            Receive(call, limit, nameOf);
        }
        else
        {
            _requests[0] = _mpi.Send(_slots + (_rank * SlotBytes), SlotBytes, 0, Tag);
            Wait([0], limit);
        }

        // The others give rank 0 the time to say who is missing: its message is the better one.
        _requests[0] = _mpi.Broadcast(_slots, _size * SlotBytes, 0);
        if (!Wait([0], _rank == 0 ? limit : limit + s_grace))
        {
            throw new CollectiveException(_rank == 0
                ? NotThere(call, limit, nameOf)
                : $"{nameOf(0)} did not answer within {limit + s_grace}, when {nameOf(_rank)} had come to {call}. It hangs, or waits for another rank, which it then names.");
        }

        return [.. Enumerable.Range(0, _size).Select(Read)];
    }

    /// <summary>As rank 0, says who does not answer any more, when all had come to an operation that does not end.</summary>
    public string NotThere(MpiCall call, TimeSpan limit, Func<int, string> nameOf) => _heartbeat.Silent(_meanwhile) is { Length: > 0 } silent
        ? $"{string.Join(" and ", silent.Select(nameOf))} had come to {call}, and then did not answer within {limit}: stopped, or cut off."
        : $"All ranks had come to {call} and are there, but it did not end within {limit}: the network hangs.";

    /// <summary>What a rank told along in the last roll call.</summary>
    public ReadOnlySpan<byte> NewsOf(int rank) => new(_slots + (rank * SlotBytes) + CallBytes, MostNews);

    private void Receive(MpiCall call, TimeSpan limit, Func<int, string> nameOf)
    {
        int[] others = [.. Enumerable.Range(1, _size - 1)];
        foreach (var other in others)
        {
            _requests[other] = _mpi.Receive(_slots + (other * SlotBytes), SlotBytes, other, Tag);
        }

        if (!Wait(others, limit))
        {
            int[] missing = [.. others.Where(other => _requests[other] != 0)];
            throw new CollectiveException(
                $"{string.Join(" and ", missing.Select(nameOf))} did not come to {call} within {limit}. {(missing.Length == 1 ? "It hangs, or is" : "They hang, or are")} "
                + $"much slower than the others: see {Collective.TimeoutVariable}.");
        }
    }

    /// <summary>Waits for requests, each of which becomes 0 when it is done.</summary>
    private bool Wait(int[] pending, TimeSpan limit)
    {
        var first = 0; // done in order, mostly
        return MpiWait.Until(
            () =>
            {
                for (var i = first; i < pending.Length; i++)
                {
                    ref var request = ref _requests[pending[i]];
                    if (request == 0 || _mpi.Test(ref request))
                    {
                        request = 0;
                        first = i == first ? first + 1 : first;
                    }
                }

                return pending.All(one => _requests[one] == 0);
            },
            limit,
            isData: false,
            _meanwhile);
    }

    private void Write(MpiCall call, ReadOnlySpan<byte> news)
    {
        var slot = _slots + (_rank * SlotBytes);
        new Span<byte>(slot, SlotBytes).Clear();
        ((long*)slot)[0] = (long)call.Kind;
        ((long*)slot)[1] = call.Root;
        ((long*)slot)[2] = call.Length;
        news.CopyTo(new Span<byte>(slot + CallBytes, MostNews));
    }

    private MpiCall Read(int rank)
    {
        var slot = (long*)(_slots + (rank * SlotBytes));
        return new((MpiOperation)slot[0], (int)slot[1], slot[2]);
    }
}
