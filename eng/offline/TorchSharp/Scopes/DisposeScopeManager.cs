namespace TorchSharp;

/// <summary>A thread's stack of dispose scopes.</summary>
public class DisposeScopeManager
{
    [ThreadStatic] private static DisposeScopeManager? s_instance;

    private readonly ThreadDisposeScopeStatistics _statistics = new();
    private DisposeScope? _current;

    /// <summary>What was created, moved and disposed on the calling thread.</summary>
    public static ThreadDisposeScopeStatistics Statistics => Instance._statistics;

    internal static DisposeScope? Current => s_instance?._current;

    private static DisposeScopeManager Instance => s_instance ??= new();

    internal static DisposeScope NewScope()
    {
        var manager = Instance;
        return manager._current = new DisposeScope(manager, manager._current);
    }

    /// <summary>Gives a new tensor to the current scope.</summary>
    internal static DisposeScope? Register(torch.Tensor tensor)
    {
        var manager = Instance;
        var scope = manager._current;
        scope?.Add(tensor);
        manager._statistics.TensorStatistics.Created(inScope: scope is not null);
        return scope;
    }

    internal void Remove(DisposeScope scope)
    {
        if (_current == scope)
        {
            _current = scope.Outer;
            return;
        }
        // Scopes may end out of order; the inner ones then belong to the next scope out.
        for (var inner = _current; inner is not null; inner = inner.Outer)
        {
            if (inner.Outer == scope)
                inner.Outer = scope.Outer;
        }
    }
}
