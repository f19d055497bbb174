namespace Ddpo.Audio.Runtime;

/// <summary>A model on a thread of its own, which nothing else touches.</summary>
/// <typeparam name="T">What the thread owns.</typeparam>
internal sealed class OwnWorker<T> : IAsyncDisposable
    where T : IDisposable
{
    private readonly TorchWorker _worker;
    private readonly T _owned;
    private bool _isDisposed;

    private OwnWorker(TorchWorker worker, T owned) => (_worker, _owned) = (worker, owned);

    /// <summary>Starts a thread, and makes on it what it will own. Leaves nothing behind when that fails.</summary>
    public static async Task<OwnWorker<T>> StartAsync(string name, int? numThreads, Func<T> make, CancellationToken cancellationToken)
    {
        var worker = new TorchWorker(name, numThreads);
        try
        {
            return new(worker, await worker.RunAsync(make, cancellationToken).ConfigureAwait(false));
        }
        catch
        {
            await worker.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc cref="TorchWorker.RunAsync{T}"/>
    public Task<TResult> RunAsync<TResult>(Func<T, TResult> work, CancellationToken cancellationToken) =>
        _worker.RunAsync(() => work(_owned), cancellationToken);

    /// <summary>Finishes what is queued, then frees what the thread owns, and ends it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!Interlocked.Exchange(ref _isDisposed, true))
        {
            await _worker.DisposeAsync(_owned.Dispose).ConfigureAwait(false);
        }
    }
}
