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

    /// <summary>Starts a thread, makes on it what it will own, and hands it over. Leaves nothing behind when any of that fails.</summary>
    /// <param name="name">Of the thread.</param>
    /// <param name="numThreads">Of libtorch's, for this thread.</param>
    /// <param name="make">Makes what the thread owns, on it.</param>
    /// <param name="handOver">Asks what there is to know, and makes the owner.</param>
    /// <param name="cancellationToken">Stops the making.</param>
    public static async Task<TOwner> StartAsync<TOwner>(
        string name, int? numThreads, Func<T> make, Func<OwnWorker<T>, Task<TOwner>> handOver, CancellationToken cancellationToken)
    {
        var thread = new TorchWorker(name, numThreads);
        IAsyncDisposable started = thread;
        try
        {
            var worker = new OwnWorker<T>(thread, await thread.RunAsync(make, cancellationToken).ConfigureAwait(false));
            started = worker;
            return await handOver(worker).ConfigureAwait(false);
        }
        catch
        {
            await started.DisposeAsync().ConfigureAwait(false);
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
