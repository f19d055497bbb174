using System.Collections.Concurrent;

namespace Ddpo.Audio.Distributed.Mpi;

/// <summary>The one thread that calls MPI. What is queued is done in order.</summary>
internal sealed class MpiThread
{
    private const int StackBytes = 16 << 20; // of what is on main threads, which libraries are written for

    private readonly BlockingCollection<Action> _queue = [];

    /// <summary>Starts the thread, which ends with the process: one that hangs in the library must not keep it.</summary>
    public MpiThread() => new Thread(Run, StackBytes) { Name = "MPI", IsBackground = true }.Start();

    /// <summary>Queues work.</summary>
    public Task<T> RunAsync<T>(Func<T> work)
    {
        var completion = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _queue.Add(() =>
        {
            try
            {
                completion.SetResult(work());
            }
            catch (OperationCanceledException canceled)
            {
                completion.SetCanceled(canceled.CancellationToken);
            }
#pragma warning disable CA1031 // Whatever the work throws belongs to the one who awaits it.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                completion.SetException(exception);
            }
        });
        return completion.Task;
    }

    private void Run()
    {
        foreach (var action in _queue.GetConsumingEnumerable())
        {
            action();
        }
    }
}
