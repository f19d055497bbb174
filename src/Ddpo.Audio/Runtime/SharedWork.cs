using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace Ddpo.Audio.Runtime;

/// <summary>Numbered pieces of work, shared out to threads of the pool and the calling one.</summary>
internal static class SharedWork
{
    /// <summary>Does every piece, and waits until all are done; they are begun in order.</summary>
    /// <param name="count">Pieces.</param>
    /// <param name="threads">How many threads may take part, at least 1.</param>
    /// <param name="work">Given the piece's number.</param>
    /// <param name="cancellationToken">Looked at between pieces.</param>
    /// <remarks>What a piece throws is thrown as it is, as if the calling thread had done it.</remarks>
    public static void Each(int count, int threads, Action<int> work, CancellationToken cancellationToken = default)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken };
        try
        {
            Parallel.ForEach(Partitioner.Create(0, count, 1), options, piece => work(piece.Item1));
        }
        catch (AggregateException exception)
        {
            ExceptionDispatchInfo.Throw(exception.InnerExceptions[0]);
        }
    }
}
