using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Ddpo.Audio.Runtime;
using Ddpo.Audio.Runtime.LibTorch;

namespace Ddpo.Audio;

/// <summary>One thread that owns every tensor of one model.</summary>
/// <remarks>
/// Dispose scopes and the gradient mode belong to a thread, so work on tensors never runs anywhere else and no scope is
/// held across an <see langword="await"/>. Calls are queued and run in order; any thread may queue.
/// </remarks>
[Experimental(ExperimentalApi.Tensors)]
public sealed class TorchWorker : IAsyncDisposable
{
    private readonly BlockingCollection<Action> _queue = [];
    private readonly Thread _thread;
    private readonly int? _numThreads;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Initializes a new worker, and starts its thread.</summary>
    /// <param name="name">The thread's name.</param>
    /// <param name="numThreads">
    /// How many threads libtorch shares its operations on the CPU out to, at least 1; <see langword="null"/>, the default, is libtorch's own number for the
    /// process (<c>torch.get_num_threads()</c>). What others use stays as it is. On Linux; elsewhere libtorch's number holds.
    /// </param>
    public TorchWorker(string name, int? numThreads = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(numThreads ?? 1, 1, nameof(numThreads));
        _numThreads = numThreads;
        _thread = new Thread(Run) { Name = name, IsBackground = true };
        _thread.Start();
    }

    /// <summary>Runs <paramref name="work"/> on the worker's thread, inside a dispose scope, without gradients.</summary>
    /// <param name="work">What to do.</param>
    /// <param name="cancellationToken">Looked at before the work begins, and by this library's models between their blocks.</param>
    /// <exception cref="InsufficientMemoryException">libtorch had too little memory.</exception>
    /// <exception cref="NotSupportedException">libtorch is absent; the message says which package to add.</exception>
    /// <exception cref="ObjectDisposedException">The worker was disposed.</exception>
    public Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        var completion = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Enqueue(() =>
        {
            if (cancellationToken.IsCancellationRequested)
            {
                completion.SetCanceled(cancellationToken);
                return;
            }

            try
            {
                completion.SetResult(CurrentWork.Run(() => InScope(work), cancellationToken));
            }
            catch (OperationCanceledException canceled)
            {
                completion.SetCanceled(canceled.CancellationToken);
            }
            catch (Exception exception) when (MemoryFailure.Is(exception))
            {
                completion.SetException(MemoryFailure.Of(exception));
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

    /// <inheritdoc cref="RunAsync{T}"/>
    internal Task RunAsync(Action work, CancellationToken cancellationToken = default) =>
        RunAsync(() => { work(); return true; }, cancellationToken);

    /// <summary>Finishes what is queued, then ends the thread.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_queue)
        {
            if (!_queue.IsAddingCompleted)
            {
                _queue.CompleteAdding();
            }
        }

        await _ended.Task.ConfigureAwait(false);
    }

    /// <summary>Finishes what is queued, runs <paramref name="last"/>, then ends the thread; nothing can be queued in between.</summary>
    public async ValueTask DisposeAsync(Action last)
    {
        Task done;
        lock (_queue)
        {
            done = RunAsync(last);
            _queue.CompleteAdding();
        }

        await done.ConfigureAwait(false);
        await _ended.Task.ConfigureAwait(false);
    }

    // Done before the result is announced: whoever awaits it finds what the work left behind freed.
    private T InScope<T>(Func<T> work)
    {
        ComputeDevice.RequireLibTorch(); // here, for whatever touches libtorch first would fail in a less helpful way
        if (_numThreads is { } threads)
        {
            OpenMp.SetThreadsOfThisThread(threads);
        }

        try
        {
            using var scope = NewDisposeScope();
            using var noGradient = no_grad();
            return work();
        }
        finally
        {
            // TorchSharp hands libtorch bare handles. The scope holds the tensors that are made here; a model that nobody refers to any more is held
            // by its work.
            GC.KeepAlive(work);
            TensorCount.Update();
        }
    }

    private void Enqueue(Action action)
    {
        lock (_queue)
        {
            ObjectDisposedException.ThrowIf(_queue.IsAddingCompleted, this);
            _queue.Add(action);
        }
    }

    private void Run()
    {
        foreach (var action in _queue.GetConsumingEnumerable())
        {
            action();
        }

        _ended.SetResult();
    }
}
