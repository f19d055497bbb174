using Ddpo.Audio.Runtime.LibTorch;

namespace Ddpo.Audio.Runtime;

/// <summary>Numbered pieces of work on tensors, side by side: libtorch's threads are shared out to pieces, where an operation is too small for all of them.</summary>
internal static class SharedTensorWork
{
    /// <summary>Does every piece, each in a scope of its own and without gradients, on as many threads as libtorch has for this one, and waits until all are done.</summary>
    /// <param name="count">Pieces.</param>
    /// <param name="work">Given the piece's number. Called on several threads at a time; where libtorch's threads cannot be shared out, on this one.</param>
    /// <exception cref="OperationCanceledException">The work of this thread was stopped.</exception>
    public static void Each(int count, Action<int> work)
    {
        var threads = get_num_threads();
        var sideBySide = Math.Clamp(count, 1, threads);
        Each(count, sideBySide, threads / sideBySide, work);
    }

    /// <summary>
    /// The same for work that the process waits for: on as many threads as libtorch has for a thread that nothing was set for. Each does its pieces alone, so that
    /// libtorch makes no threads for it, which would be in the way of others later.
    /// </summary>
    public static void EachAlone(int count, Action<int> work) => Each(count, OpenMp.ThreadsOfTheProcess(), 1, work);

    private static void Each(int count, int sideBySide, int threadsOfEach, Action<int> work)
    {
        var stop = CurrentWork.Here?.Stop ?? CancellationToken.None;
        SharedWork.Each(count, OpenMp.CanBeSet ? sideBySide : 1, piece =>
        {
            using var limit = OpenMp.SetThreadsOfThisThread(threadsOfEach);
            if (CurrentWork.Here is not null)
            {
                InScope(work, piece); // the calling thread takes part
            }
            else
            {
                CurrentWork.Run(() => InScope(work, piece), stop);
            }
        }, stop);
    }

    private static bool InScope(Action<int> work, int piece)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        work(piece);
        return true;
    }
}
