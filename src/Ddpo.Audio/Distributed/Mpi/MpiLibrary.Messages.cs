namespace Ddpo.Audio.Distributed.Mpi;

/// <content>What moves data. Nothing here waits: each begins something, and <see cref="Test"/> says when it is done. Buffers must stay where they are until then.</content>
internal sealed unsafe partial class MpiLibrary
{
    private const int StatusBytes = 64; // the largest is 32

    private readonly nint _isend;
    private readonly nint _irecv;
    private readonly nint _test;

    /// <summary>Begins to send bytes to a rank.</summary>
    public nint Send(byte* data, int count, int rank, int tag)
    {
        nint request = 0;
        Check(((delegate* unmanaged<void*, int, nint, int, int, nint, nint*, int>)_isend)(data, count, Bytes, rank, tag, _constants.World, &request), "MPI_Isend");
        return request;
    }

    /// <summary>Begins to receive bytes from a rank.</summary>
    public nint Receive(byte* data, int count, int rank, int tag)
    {
        nint request = 0;
        Check(((delegate* unmanaged<void*, int, nint, int, int, nint, nint*, int>)_irecv)(data, count, Bytes, rank, tag, _constants.World, &request), "MPI_Irecv");
        return request;
    }

    /// <summary>Begins to copy bytes from one rank to all.</summary>
    public nint Broadcast(byte* data, int count, int root)
    {
        nint request = 0;
        Check(
            ((delegate* unmanaged<void*, int, nint, int, nint, nint*, int>)Export("MPI_Ibcast"))(data, count, Bytes, root, _constants.World, &request), "MPI_Ibcast");
        return request;
    }

    /// <summary>Begins to copy as many bytes of each rank to all.</summary>
    public nint AllGather(byte* own, int count, byte* all)
    {
        nint request = 0;
        Check(
            ((delegate* unmanaged<void*, int, nint, void*, int, nint, nint, nint*, int>)Export("MPI_Iallgather"))(
                own, count, Bytes, all, count, Bytes, _constants.World, &request),
            "MPI_Iallgather");
        return request;
    }

    /// <summary>Begins to copy as many bytes of each rank to one.</summary>
    public nint Gather(byte* own, int count, byte* all, int root)
    {
        nint request = 0;
        Check(
            ((delegate* unmanaged<void*, int, nint, void*, int, nint, int, nint, nint*, int>)Export("MPI_Igather"))(
                own, count, Bytes, all, count, Bytes, root, _constants.World, &request),
            "MPI_Igather");
        return request;
    }

    /// <summary>Begins to give each rank its part: the i-th of <paramref name="parts"/> to rank i, whose own comes to the place of this rank there.</summary>
    public nint Exchange(byte* parts, int count, byte* received)
    {
        nint request = 0;
        Check(
            ((delegate* unmanaged<void*, int, nint, void*, int, nint, nint, nint*, int>)Export("MPI_Ialltoall"))(
                parts, count, Bytes, received, count, Bytes, _constants.World, &request),
            "MPI_Ialltoall");
        return request;
    }

    /// <summary>Whether what was begun is done; drives everything that is under way.</summary>
    public bool Test(ref nint request)
    {
        var status = stackalloc byte[StatusBytes];
        var done = 0;
        fixed (nint* pointer = &request)
        {
            Check(((delegate* unmanaged<nint*, int*, void*, int>)_test)(pointer, &done, status), "MPI_Test");
        }

        return done != 0;
    }
}
