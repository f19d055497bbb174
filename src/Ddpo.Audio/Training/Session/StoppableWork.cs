namespace Ddpo.Audio.Training;

/// <summary>The pieces of work of one object, one at a time, which its disposal stops and waits for.</summary>
#pragma warning disable CA1001 // Nothing to dispose: neither has a wait handle or a timer, and late callers are still to be told.
internal sealed class StoppableWork
#pragma warning restore CA1001
{
    private readonly SemaphoreSlim _atWork = new(1);
    private readonly CancellationTokenSource _ending = new();

    /// <summary>Whether the end was asked for.</summary>
    public bool HasEnded => _ending.IsCancellationRequested;

    /// <summary>Does a piece of work. Its token is cancelled by the caller's, and by the end.</summary>
    /// <exception cref="ObjectDisposedException">The end came before or during the work.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public async Task RunAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        await _atWork.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ThrowIfEnded();
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _ending.Token);
            await work(stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested(); // the caller knows this token, not the linked one
            ThrowIfEnded();
            throw;
        }
        finally
        {
            _atWork.Release();
        }
    }

    /// <summary>Stops the work, waits until it has, and does the last piece; nothing when that was done or begun before.</summary>
    public async Task EndAsync(Func<Task> last)
    {
        if (HasEnded)
        {
            return;
        }

        await _ending.CancelAsync().ConfigureAwait(false);
        await _atWork.WaitAsync().ConfigureAwait(false);
        try
        {
            await last().ConfigureAwait(false);
        }
        finally
        {
            _atWork.Release(); // whoever comes back for more is told that it has ended
        }
    }

    /// <exception cref="ObjectDisposedException">The end was asked for.</exception>
    public void ThrowIfEnded() => ObjectDisposedException.ThrowIf(HasEnded, typeof(IPolicyTrainer));
}
