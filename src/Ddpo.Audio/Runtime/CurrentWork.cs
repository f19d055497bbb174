using System.Runtime.ExceptionServices;

namespace Ddpo.Audio.Runtime;

/// <summary>The work that a model's thread is at, which may be stopped inside a long step: a large model takes seconds for one.</summary>
/// <param name="stop">Ends it at the next block.</param>
internal sealed class CurrentWork(CancellationToken stop) : IDisposable
{
    [ThreadStatic]
    private static CurrentWork? s_here;

    private ExceptionDispatchInfo? _failure;
    private IReadOnlyList<Tensor?> _lent = [];

    /// <summary>The work of this thread; <see langword="null"/> on threads that are no model's.</summary>
    public static CurrentWork? Here => s_here;

    /// <summary>Ends it.</summary>
    public CancellationToken Stop => stop;

    /// <summary>Whether something failed where an exception could not be thrown.</summary>
    public bool HasFailed => _failure is not null;

    /// <summary>Called by models between their blocks, and before something is made of what was computed.</summary>
    public static void ThrowIfStopped()
    {
        s_here?._failure?.Throw();
        s_here?.ThrowIfCanceled();
    }

    /// <summary>Runs work on this thread, which <paramref name="stop"/> ends at the next block.</summary>
    public static T Run<T>(Func<T> work, CancellationToken stop)
    {
        using var here = s_here = new CurrentWork(stop);
        try
        {
            var result = work();
            here._failure?.Throw();
            return result;
        }
        finally
        {
            s_here = null;
        }
    }

    /// <summary>Remembers what libtorch called back for and did not get, for an exception would end the process there: it is thrown as soon as it can be.</summary>
    public void Fail(Exception exception) => _failure ??= ExceptionDispatchInfo.Capture(exception);

    /// <summary>Keeps tensors alive that libtorch is about to read, until the next ones or the end of the work.</summary>
    public void Lend(IReadOnlyList<Tensor?> tensors)
    {
        Dispose();
        _lent = tensors;
    }

    /// <summary>Frees what was lent last.</summary>
    public void Dispose()
    {
        foreach (var tensor in _lent)
        {
            tensor?.Dispose();
        }

        _lent = [];
    }

    private void ThrowIfCanceled() => stop.ThrowIfCancellationRequested();
}
