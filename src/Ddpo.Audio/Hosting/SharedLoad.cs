namespace Ddpo.Audio.Hosting;

/// <summary>Something that takes time to load: loaded once, when first asked for, and owned.</summary>
/// <param name="load">Told to stop when this is disposed.</param>
internal sealed class SharedLoad<T>(Func<CancellationToken, Task<T>> load) : IAsyncDisposable
    where T : class
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _disposing = new();
    private Task<T>? _loading;
    private bool _isDisposed;

    /// <summary>What was loaded. A load that failed is tried again.</summary>
    /// <param name="cancellationToken">Ends this call's waiting, not the loading.</param>
    public Task<T> GetAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_loading is null or { IsFaulted: true } or { IsCanceled: true })
            {
                _loading = Task.Run(() => load(_disposing.Token), CancellationToken.None); // the caller waits for nothing here
            }

            return _loading.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Stops the loading, or disposes what was loaded.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
        }

        await _disposing.CancelAsync().ConfigureAwait(false);
        if (_loading is { } loading)
        {
            await ((Task)loading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (loading.IsCompletedSuccessfully)
            {
                await DisposeAsync(await loading.ConfigureAwait(false)).ConfigureAwait(false);
            }
        }

        _disposing.Dispose();
    }

    private static ValueTask DisposeAsync(T loaded)
    {
        if (loaded is IAsyncDisposable disposable)
        {
            return disposable.DisposeAsync();
        }

        (loaded as IDisposable)?.Dispose();
        return ValueTask.CompletedTask;
    }
}
