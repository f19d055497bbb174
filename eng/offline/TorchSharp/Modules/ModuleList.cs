using System.Collections;
using System.Globalization;

namespace TorchSharp.Modules;

/// <summary>Modules named by their positions.</summary>
public class ModuleList<T> : torch.nn.Module, IList<T> where T : torch.nn.Module
{
    private readonly List<T> _list = [];
    private bool _registered;

    public ModuleList(params T[] modules) : base(nameof(ModuleList<T>)) => _list.AddRange(modules);

    public int Count => _list.Count;

    public bool IsReadOnly => false;

    public T this[int index]
    {
        get => _list[index];
        set => Change(() => _list[index] = value);
    }

    public void Add(T item) => Change(() => _list.Add(item));

    public void Insert(int index, T item) => Change(() => _list.Insert(index, item));

    public void append(params T[] parameters) => extend(parameters);

    public void extend(IEnumerable<T> modules) => Change(() => _list.AddRange(modules));

    public void RemoveAt(int index) => Change(() => _list.RemoveAt(index));

    public bool Remove(T item)
    {
        var index = _list.IndexOf(item);
        if (index >= 0)
            RemoveAt(index);
        return index >= 0;
    }

    public void Clear() => Change(_list.Clear);

    public bool Contains(T item) => _list.Contains(item);

    public int IndexOf(T item) => _list.IndexOf(item);

    public void CopyTo(T[] array, int arrayIndex) => _list.CopyTo(array, arrayIndex);

    public IEnumerator<T> GetEnumerator() => _list.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    protected override void RegisterComponents()
    {
        if (_registered)
            return;
        _registered = true;
        for (var i = 0; i < _list.Count; i++)
            register_module(i.ToString(CultureInfo.InvariantCulture), _list[i]);
    }

    // Positions are names, so a change renames what follows.
    private void Change(Action change)
    {
        change();
        if (!_registered)
            return;
        ClearModules();
        _registered = false;
        RegisterComponents();
    }
}
