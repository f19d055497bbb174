using System.Text;
using Ddpo.Audio.Runtime;

namespace Ddpo.Audio.Distributed.Mpi;

/// <summary>The processes of an MPI job.</summary>
internal sealed class MpiCollective : ICollective
{
    private static readonly TimeSpan s_finish = TimeSpan.FromSeconds(10), s_others = TimeSpan.FromSeconds(3), s_output = TimeSpan.FromSeconds(1), s_settle = TimeSpan.FromMilliseconds(200);

    private readonly MpiThread _thread = new();
    private readonly MpiLibrary _mpi;
    private readonly TimeSpan _limit;
    private readonly LaunchedRank _launched;
    private RollCall? _roll;
    private Heartbeat? _heartbeat;
    private MpiCall _call;
    private string[] _names = [];
    private string? _broken;
    private bool _othersAreThere;
    private bool _isOver;
    private int _ended;
    private int _abort;

    private MpiCollective(MpiLibrary mpi, LaunchedRank launched, TimeSpan limit) => (_mpi, _launched, _limit) = (mpi, launched, limit);

    public int Rank { get; private set; }

    public int Size { get; private set; }

    public int LocalRank { get; private set; }

    public int LocalSize { get; private set; }

    /// <summary>Takes part in a job.</summary>
    /// <exception cref="CollectiveException">It cannot.</exception>
    public static MpiCollective Start(LaunchedRank launched, TimeSpan limit)
    {
        var collective = new MpiCollective(
            MpiLibrary.Load(launched, Environment.GetEnvironmentVariable(Collective.LibraryVariable)), launched, limit);
        var threads = collective._thread.RunAsync(collective.Begin).GetAwaiter().GetResult();
        AppDomain.CurrentDomain.ProcessExit += collective.OnExit;
        LauncherWatch.Start();
        if (threads > 0)
        {
            ThreadLimit.Set(threads);
        }

        return collective;
    }

    public Task BroadcastAsync(Memory<byte> values, int root, CancellationToken cancellationToken)
    {
        RequireRank(root);
        return RunAsync(new(MpiOperation.Broadcast, root, values.Length), default, () => MpiData.Broadcast(_mpi, values, root, Wait), cancellationToken);
    }

    public Task AllGatherAsync(ReadOnlyMemory<byte> own, Memory<byte> all, CancellationToken cancellationToken)
    {
        RequireLength(all.Length, own.Length * (long)Size, nameof(all));
        return RunAsync(
            new(MpiOperation.AllGather, 0, own.Length),
            own.Length <= RollCall.MostNews ? own : default,
            () =>
            {
                if (own.Length > RollCall.MostNews)
                {
                    MpiData.AllGather(_mpi, own, all, Wait);
                    return;
                }

                for (var rank = 0; rank < Size; rank++)
                {
                    _roll!.NewsOf(rank)[..own.Length].CopyTo(all.Span[(rank * own.Length)..]);
                }
            },
            cancellationToken);
    }

    public Task GatherAsync(ReadOnlyMemory<byte> own, Memory<byte> all, int root, CancellationToken cancellationToken)
    {
        RequireRank(root);
        if (Rank == root)
        {
            RequireLength(all.Length, own.Length * (long)Size, nameof(all));
        }

        return RunAsync(new(MpiOperation.Gather, root, own.Length), default, () => MpiData.Gather(_mpi, own, all, root, Wait), cancellationToken);
    }

    public Task SumAsync(Memory<float> values, CancellationToken cancellationToken) =>
        RunAsync(new(MpiOperation.Sum, 0, values.Length), default, () => MpiData.Sum(_mpi, values, Size, Wait), cancellationToken);

    public Task BarrierAsync(CancellationToken cancellationToken) =>
        RunAsync(new(MpiOperation.Barrier, 0, 0), default, () => { }, cancellationToken);

    public void Abort(int exitCode)
    {
        var code = exitCode is > 0 and < 126 ? exitCode : 1; // MPI_Abort takes 0 for success, and the system 8 bits
        Volatile.Write(ref _abort, code);
        _thread.RunAsync(() =>
        {
            AbortIfAsked();
            return true;
        }).Wait(s_finish); // which kills this process, unless the library hangs
        Environment.Exit(code);
    }

    /// <summary>Waits for the others and ends MPI. When they cannot be waited for, the job is ended with the process.</summary>
    /// <exception cref="CollectiveException">The others did not come, which nobody knew before.</exception>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _ended, 1) == 1)
        {
            return;
        }

        var wasBroken = _broken is not null;
        try
        {
            await _thread.RunAsync(() =>
            {
                Meet(new(MpiOperation.End, 0, 0), default);
                _heartbeat!.End(Meanwhile);
                return true;
            }).ConfigureAwait(false);
        }
        catch (CollectiveException exception)
        {
            _broken ??= exception.Message;
            if (wasBroken || _othersAreThere)
            {
                return; // what is wrong was said, or is being said; OnExit ends the job
            }

            throw;
        }

        // MPICH over TCP was seen to hang in there, and mostly so when connections end with the last message just sent. All results are there by now.
        Volatile.Write(ref _isOver, true);
        var finished = _thread.RunAsync(() =>
        {
            Thread.Sleep(s_settle);
            _mpi.Finish();
            return true;
        });
        await ((Task)Task.WhenAny(finished, Task.Delay(s_finish))).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
    }

    /// <summary>Starts MPI, and finds out who is where.</summary>
    /// <returns>The threads that this process should use; 0 when that is not known.</returns>
    private int Begin()
    {
        _mpi.Init();
        (Rank, Size) = _mpi.Place();
        if (Size != _launched.Size)
        {
            throw new CollectiveException(
                $"{_launched.Launcher} started {_launched.Size} processes, but {_mpi.Name} ({_mpi.Version()}) sees {Size}: it is of another MPI than the launcher. "
                + $"Start with the launcher that goes with it, or set {Collective.LibraryVariable} to the library that goes with the launcher.");
        }

        _names = [.. Enumerable.Range(0, Size).Select(rank => $"Rank {rank}")];
        _heartbeat = new Heartbeat(_mpi, Rank, Size);
        _roll = new RollCall(_mpi, Rank, Size, _heartbeat, Meanwhile);
        var own = new byte[RollCall.MostNews];
        Processors.OfThisProcess().CopyTo(own, 0);
        var host = Encoding.UTF8.GetBytes(Environment.MachineName).AsSpan();
        host[..Math.Min(host.Length, RollCall.MostNews - Processors.MaskBytes)].CopyTo(own.AsSpan(Processors.MaskBytes));
        Meet(new(MpiOperation.AllGather, 0, own.Length), own);

        byte[][] news = [.. Enumerable.Range(0, Size).Select(rank => _roll.NewsOf(rank).ToArray())];
        string[] hosts = [.. news.Select(one => Encoding.UTF8.GetString(one.AsSpan(Processors.MaskBytes)).TrimEnd('\0'))];
        int[] local = [.. Enumerable.Range(0, Size).Where(rank => hosts[rank] == hosts[Rank])];
        (LocalRank, LocalSize) = (Array.IndexOf(local, Rank), local.Length);
        _names = [.. hosts.Select((name, rank) => $"Rank {rank} ({name})")];
        return Processors.Share(
            own[..Processors.MaskBytes], [.. local.Select(rank => news[rank][..Processors.MaskBytes])], Environment.ProcessorCount);
    }

    private async Task RunAsync(MpiCall call, ReadOnlyMemory<byte> news, Action work, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _ended) == 1, typeof(ICollective));
        await _thread.RunAsync(() =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            Meet(call, news.Span);
            try
            {
                work();
            }
            catch (CollectiveException exception)
            {
                _broken = exception.Message;
                throw;
            }

            return true;
        }).ConfigureAwait(false);
    }

    /// <summary>Meets the others, who must have come to do the same.</summary>
    private void Meet(MpiCall call, ReadOnlySpan<byte> news)
    {
        if (_broken is not null)
        {
            throw new CollectiveException(_broken);
        }

        try
        {
            _call = call;
            var calls = _roll!.Meet(call, news, _limit, NameOf);
            if (calls.All(other => other == call))
            {
                return;
            }

            _othersAreThere = true;
            var gone = Enumerable.Range(0, Size).Where(rank => calls[rank].Kind == MpiOperation.End).Select(NameOf).ToArray();
            throw new CollectiveException(gone.Length > 0
                ? $"{string.Join(" and ", gone)} left the job when others came to {calls.First(other => other.Kind != MpiOperation.End)}. Its own messages say why."
                : $"The ranks do different things: {string.Join(", ", calls.Select((other, rank) => $"{NameOf(rank)} came to {other}").Take(8))}. "
                    + "All have to run the same program with the same settings.");
        }
        catch (CollectiveException exception)
        {
            _broken = exception.Message;
            throw;
        }
    }

    private string NameOf(int rank) => _names[rank];

    /// <summary>Waits for data. All ranks are at it.</summary>
    private void Wait(nint request)
    {
        if (!MpiWait.Until(() => _mpi.Test(ref request), Rank == 0 ? _limit : _limit + s_finish, isData: true, Meanwhile))
        {
            throw new CollectiveException(Rank == 0
                ? _roll!.NotThere(_call, _limit, NameOf)
                : $"{NameOf(Rank)}: {_call} did not end within {_limit + s_finish}, though all had come to it. A rank was stopped, or the network hangs.");
        }
    }

    private void Meanwhile()
    {
        AbortIfAsked();
        _heartbeat!.Beat();
    }

    private void AbortIfAsked()
    {
        if (Volatile.Read(ref _abort) is > 0 and var code && !Volatile.Read(ref _isOver))
        {
            _mpi.Abort(code);
        }
    }

    /// <summary>However the process ends, the job ends with it, unless all ranks have ended well: a launcher may take an exit for success.</summary>
    private void OnExit(object? sender, EventArgs arguments)
    {
        if (Environment.ExitCode == 0 && _broken is null)
        {
            ((Task)DisposeAsync().AsTask()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing).GetAwaiter().GetResult();
        }

        if (Volatile.Read(ref _isOver))
        {
            return;
        }

        // Launchers lose what was written just before the end. Others, where they are there, have something to say, too, and to save.
        Thread.Sleep(_othersAreThere ? s_others : s_output);

        Volatile.Write(ref _abort, Environment.ExitCode is > 0 and < 126 ? Environment.ExitCode : 1);
        _thread.RunAsync(() =>
        {
            AbortIfAsked();
            return true;
        }).Wait(s_finish);
    }

    private void RequireRank(int root) => ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)root, (uint)Size, nameof(root));

    private static void RequireLength(long actual, long expected, string name)
    {
        if (actual != expected)
        {
            throw new ArgumentException($"Expected {expected} bytes, one part for each rank, found {actual}.", name);
        }
    }
}
