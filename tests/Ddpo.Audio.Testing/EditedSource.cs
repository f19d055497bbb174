using Ddpo.Audio.Checkpoints;

namespace Ddpo.Audio.Testing;

/// <summary>Another checkpoint under other names, to try what a loader accepts.</summary>
internal sealed class EditedSource : ITensorSource
{
    private readonly ITensorSource _inner;
    private readonly Dictionary<string, string> _innerNames = [];

    /// <param name="inner">The checkpoint; disposed with this.</param>
    /// <param name="names">The names to give a stored tensor; none drops it, several store it as often.</param>
    public EditedSource(ITensorSource inner, Func<string, IEnumerable<string>> names)
    {
        _inner = inner;
        foreach (var name in inner.Entries.Keys)
        {
            foreach (var given in names(name))
            {
                _innerNames.Add(given, name);
            }
        }
    }

    public string Location => _inner.Location;

    public IReadOnlyDictionary<string, TensorEntry> Entries =>
        _innerNames.ToDictionary(pair => pair.Key, pair => _inner.Entries[pair.Value] with { Name = pair.Key });

    public bool CopyTo(string name, Tensor target) => _inner.CopyTo(_innerNames[name], target);

    public Tensor Read(string name) => _inner.Read(_innerNames[name]);

    public void Dispose() => _inner.Dispose();
}
