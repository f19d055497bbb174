using Ddpo.Audio.Runtime.LibTorch;

namespace Ddpo.Audio.Runtime;

/// <summary>Numbered pieces of work on tensors, side by side: libtorch's threads are shared out to pieces, where an operation is too small for all of them.</summary>
internal static class SharedTensorWork
{
    /// <summary>Does every piece without gradients, each in a scope of its own, and waits until all are done.</summary>
    /// <param name="count">Pieces.</param>
    /// <param name="work">Given the piece's number. Called on several threads at a time; where libtorch's threads cannot be shared out, on this one.</param>
    /// <exception cref="OperationCanceledException">The work of this thread was stopped.</exception>
    public static void Each(int count, Action<int> work)
    {
        var threads = get_num_threads();
        var sideBySide = OpenMp.CanBeSet ? Math.Clamp(count, 1, threads) : 1;
        var stop = CurrentWork.Here?.Stop ?? CancellationToken.None;
        SharedWork.Each(count, sideBySide, piece =>
        {
            using var limit = OpenMp.SetThreadsOfThisThread(threads / sideBySide);
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
