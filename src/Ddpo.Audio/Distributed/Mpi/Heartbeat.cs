using System.Runtime.InteropServices;

namespace Ddpo.Audio.Distributed.Mpi;

/// <summary>
/// Finds out who is still there when an operation that all have begun does not end: rank 0 asks, and whoever waits, too, answers. On MPI's thread.
/// </summary>
internal sealed unsafe class Heartbeat
{
    private const int Question = 1188, Answer = 1189;
    private const byte Presence = 0, Farewell = 1; // what a question is about

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(3), s_farewell = TimeSpan.FromSeconds(30);

    private readonly MpiLibrary _mpi;
    private readonly int _rank;
    private readonly int _size;
    private readonly byte* _bytes; // MPI may write there as long as the process lives
    private nint _question;
    private nint _answer;
    private bool _hasParted;
    private long _next;

    /// <param name="mpi">The library, started.</param>
    /// <param name="rank">This one.</param>
    /// <param name="size">Of the job.</param>
    public Heartbeat(MpiLibrary mpi, int rank, int size)
    {
        (_mpi, _rank, _size) = (mpi, rank, size);
        _bytes = (byte*)NativeMemory.AllocZeroed((nuint)size + 2);
        *About(Farewell) = Farewell;
        Expect();
    }

    /// <summary>Answers, if rank 0 has asked. To be called while waiting; costs something now and then only.</summary>
    public void Beat()
    {
        if (_rank == 0 || Environment.TickCount64 < _next)
        {
            return;
        }

        _next = Environment.TickCount64 + 50;
        Listen();
    }

    /// <summary>As rank 0, asks all others.</summary>
    /// <returns>Those who do not answer.</returns>
    public int[] Silent(Action meanwhile) => Ask(Presence, s_patience, meanwhile);

    /// <summary>
    /// When all have come to the end: leaves nothing open. Rank 0 asks, and goes on when the others have answered: a library may lose what was sent by one that
    /// has ended since, and did (MPICH over TCP): then MPI's own end fails on the other side, too. One that is not heard of for long is not waited for, and
    /// nobody fails for that.
    /// </summary>
    public void End(Action meanwhile)
    {
        if (_rank == 0)
        {
            Ask(Farewell, s_farewell, meanwhile);
            return;
        }

        // It may have been answered by now, by a beat while the others came to the end.
        MpiWait.Until(
            () =>
            {
                Listen();
                return _hasParted && _mpi.Test(ref _answer);
            },
            s_farewell,
            isData: true,
            meanwhile);
    }

    private void Listen()
    {
        if (_hasParted || !_mpi.Test(ref _question))
        {
            return;
        }

        _hasParted = *_bytes == Farewell;
        _answer = _mpi.Send(About(Presence), 1, 0, Answer);
        if (!_hasParted)
        {
            Expect();
        }
    }

    private int[] Ask(byte about, TimeSpan patience, Action meanwhile)
    {
        var (answers, questions) = (new nint[_size], new nint[_size]);
        for (var other = 1; other < _size; other++)
        {
            answers[other] = _mpi.Receive(_bytes + other, 1, other, Answer);
            questions[other] = _mpi.Send(About(about), 1, other, Question); // a byte is sent at once, whoever reads it
        }

        int[] Open()
        {
            int[] open = [.. Enumerable.Range(1, _size - 1).Where(other => answers[other] != 0)];
            foreach (var other in open.Where(other => _mpi.Test(ref answers[other])))
            {
                answers[other] = 0;
            }

            return open;
        }

        MpiWait.Until(() => Open().Length == 0, patience, isData: false, meanwhile);
        var silent = Open();
        foreach (var other in Enumerable.Range(1, _size - 1).Except(silent))
        {
            _mpi.Test(ref questions[other]); // what was answered has arrived
        }

        return silent;
    }

    private void Expect() => _question = _rank == 0 ? 0 : _mpi.Receive(_bytes, 1, 0, Question);

    private byte* About(byte about) => _bytes + _size + about;
}
