namespace TorchSharp;

/// <summary>Owns the disposables created while it is the thread's current scope, and disposes them when it ends.</summary>
public sealed class DisposeScope : IDisposable
{
    private readonly HashSet<IDisposable> _disposables = new(ReferenceEqualityComparer.Instance);
    private readonly DisposeScopeManager _manager;

    internal DisposeScope(DisposeScopeManager manager, DisposeScope? outer) => (_manager, Outer) = (manager, outer);

    internal DisposeScope? Outer { get; set; }

    public int DisposablesCount => _disposables.Count;

    public IReadOnlyList<IDisposable> DisposablesView => [.. _disposables];

    public bool Contains(IDisposable disposable) => _disposables.Contains(disposable);

    public void Attach(IDisposable disposable) => Move(disposable, this);

    public void Attach(params IDisposable[] disposables) => Attach((IEnumerable<IDisposable>)disposables);

    public IReadOnlyList<IDisposable> Attach(IEnumerable<IDisposable> disposables) => MoveAll(disposables, this);

    public T Detach<T>(T disposable) where T : IDisposable => Move(disposable, null);

    public (T1 first, T2 second) Detach<T1, T2>(T1 first, T2 second) where T1 : IDisposable where T2 : IDisposable =>
        (Detach(first), Detach(second));

    public (T1 first, T2 second, T3 third) Detach<T1, T2, T3>(T1 first, T2 second, T3 third)
        where T1 : IDisposable where T2 : IDisposable where T3 : IDisposable =>
        (Detach(first), Detach(second), Detach(third));

    public void Detach(params IDisposable[] disposables) => Detach((IEnumerable<IDisposable>)disposables);

    public void Detach(IEnumerable<IDisposable> disposables) => MoveAll(disposables, null);

    public T MoveToOuter<T>(T disposable) where T : IDisposable => Move(disposable, Outer);

    public (T1 first, T2 second) MoveToOuter<T1, T2>(T1 first, T2 second) where T1 : IDisposable where T2 : IDisposable =>
        (MoveToOuter(first), MoveToOuter(second));

    public (T1 first, T2 second, T3 third) MoveToOuter<T1, T2, T3>(T1 first, T2 second, T3 third)
        where T1 : IDisposable where T2 : IDisposable where T3 : IDisposable =>
        (MoveToOuter(first), MoveToOuter(second), MoveToOuter(third));

    public void MoveToOuter(params IDisposable[] disposables) => MoveToOuter((IEnumerable<IDisposable>)disposables);

    public void MoveToOuter(IEnumerable<IDisposable> disposables) => MoveAll(disposables, Outer);

    public T MoveToOther<T>(DisposeScope? scope, T disposable) where T : IDisposable => Move(disposable, scope);

    public void MoveToOther(DisposeScope? scope, params IDisposable[] disposables) => MoveAll(disposables, scope);

    public void MoveToOther(DisposeScope? scope, IEnumerable<IDisposable> disposables) => MoveAll(disposables, scope);

    public T DisposeEverythingBut<T>(T keep) where T : IDisposable
    {
        DisposeAllBut([keep]);
        return keep;
    }

    public (T1 first, T2 second) DisposeEverythingBut<T1, T2>(T1 first, T2 second)
        where T1 : IDisposable where T2 : IDisposable
    {
        DisposeAllBut([first, second]);
        return (first, second);
    }

    public (T1 first, T2 second, T3 third) DisposeEverythingBut<T1, T2, T3>(T1 first, T2 second, T3 third)
        where T1 : IDisposable where T2 : IDisposable where T3 : IDisposable
    {
        DisposeAllBut([first, second, third]);
        return (first, second, third);
    }

    public void DisposeEverythingBut(params IDisposable[] keep) => DisposeAllBut(keep);

    public void DisposeEverythingBut(IEnumerable<IDisposable> inKeep) => DisposeAllBut(inKeep);

    public void DisposeEverything() => DisposeAllBut([]);

    /// <summary>Forgets a disposable that was disposed by itself.</summary>
    public void MarkAsDisposed(IDisposable disposable)
    {
        _disposables.Remove(disposable);
        if (disposable is torch.Tensor tensor)
            tensor.OwningScope = null;
    }

    public void Dispose()
    {
        DisposeEverything();
        _manager.Remove(this);
    }

    internal void Add(IDisposable disposable) => _disposables.Add(disposable);

    internal void Forget(IDisposable disposable) => _disposables.Remove(disposable);

    private void DisposeAllBut(IEnumerable<IDisposable> keep)
    {
        var kept = new HashSet<IDisposable>(keep, ReferenceEqualityComparer.Instance);
        foreach (var disposable in _disposables.Where(d => !kept.Contains(d)).ToArray())
            disposable.Dispose();
        _disposables.RemoveWhere(d => !kept.Contains(d));
    }

    private List<IDisposable> MoveAll(IEnumerable<IDisposable> disposables, DisposeScope? scope)
    {
        var moved = disposables.ToList();
        foreach (var disposable in moved)
            Move(disposable, scope);
        return moved;
    }

    private T Move<T>(T disposable, DisposeScope? scope) where T : IDisposable
    {
        if (disposable is torch.Tensor tensor)
        {
            tensor.MoveTo(scope);
            return disposable;
        }
        _disposables.Remove(disposable);
        scope?.Add(disposable);
        return disposable;
    }
}
