namespace Ddpo.Audio.Testing;

/// <summary>A thread as a window's is: with a context of its own, which it cannot serve while it waits for a task.</summary>
public sealed class BlockedContext : SynchronizationContext
{
    private int _posted;

    /// <summary>Starts a task on such a thread, and waits for it there.</summary>
    /// <exception cref="TimeoutException">The task wanted the thread back.</exception>
    public static T Wait<T>(Func<Task<T>> start, TimeSpan limit)
    {
        var result = default(T)!;
        Exception? problem = null;
        var thread = new Thread(() =>
        {
            var context = new BlockedContext();
            SetSynchronizationContext(context);
            try
            {
                var task = start();
                result = task.Wait(limit) ? task.Result : throw new TimeoutException($"The task has not ended; {context._posted} of its steps wait for the thread that waits for it.");
            }
            catch (Exception exception)
            {
                problem = exception;
            }
        });
        thread.Start();
        thread.Join();
        return problem is null ? result : throw problem;
    }

    /// <inheritdoc/>
    public override void Post(SendOrPostCallback d, object? state) => Interlocked.Increment(ref _posted);
}
