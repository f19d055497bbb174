using System.Diagnostics.CodeAnalysis;

namespace Ddpo.Audio.Checkpoints.PyTorch;

/// <summary>A Python dict, OrderedDict, or an object that is little more than named values; in order.</summary>
internal sealed class PickleDict(bool isObject = false)
{
    private readonly OrderedDictionary<object, object?> _items = [];

    /// <summary>Whether the values are an object's attributes, as in <c>argparse.Namespace</c>.</summary>
    public bool IsObject { get; } = isObject;

    /// <summary>The values whose keys are text.</summary>
    public IEnumerable<(string Name, object? Value)> Named =>
        _items.Where(item => item.Key is string).Select(item => ((string)item.Key, item.Value));

    public int Count => _items.Count;

    /// <exception cref="InvalidDataException">The key is not one that Python could hash, or is there already.</exception>
    public void Add(object? key, object? value)
    {
        if (key is List<object?> or PickleDict)
        {
            throw new InvalidDataException("a dictionary has a list or dictionary as a key");
        }

        if (!_items.TryAdd(key ?? DBNull.Value, value))
        {
            throw new InvalidDataException($"a dictionary has the key '{key}' twice");
        }
    }

    /// <summary>Finds a value by its name; <c>None</c> counts as not there.</summary>
    public bool TryGet(string name, [MaybeNullWhen(false)] out object value) =>
        _items.TryGetValue(name, out value) && value is not null;
}
