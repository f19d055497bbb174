using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Runtime;

namespace Ddpo.Audio.Models.HifiGan;

/// <summary>
/// Weights stored as a length and a direction (weight normalisation over the first dimension), folded into plain ones:
/// <c>weight = v · g / ‖v‖</c>.
/// </summary>
/// <remarks>
/// Names: <c>x.weight_g</c> and <c>x.weight_v</c>, or PyTorch 2's <c>x.parametrizations.weight.original0</c> and
/// <c>original1</c>. Disposes the source that it reads from.
/// </remarks>
internal sealed class WeightNormSource : ITensorSource
{
    private static readonly (string Length, string Direction)[] _suffixes =
    [
        (".weight_g", ".weight_v"),
        (".parametrizations.weight.original0", ".parametrizations.weight.original1"),
    ];

    private readonly ITensorSource _source;
    private readonly Dictionary<string, TensorEntry> _entries;
    private readonly Dictionary<string, (string Length, string Direction)> _folded = [];

    private WeightNormSource(ITensorSource source)
    {
        _source = source;
        _entries = new(source.Entries);
        foreach (var stored in source.Entries.Keys)
        {
            foreach (var (length, direction) in _suffixes)
            {
                if (stored.EndsWith(length, StringComparison.Ordinal))
                {
                    Pair(stored, stored[..^length.Length], direction);
                }
            }
        }
    }

    public string Location => _source.Location;

    public IReadOnlyDictionary<string, TensorEntry> Entries => _entries;

    /// <summary>The source itself where nothing in it is normalised, else one that folds.</summary>
    public static ITensorSource Over(ITensorSource source)
    {
        var folding = new WeightNormSource(source);
        return folding._folded.Count == 0 ? source : folding;
    }

    public bool CopyTo(string name, Tensor target)
    {
        if (!_folded.ContainsKey(name))
        {
            return _source.CopyTo(name, target);
        }

        if (!target.shape.SequenceEqual(_entries[name].Shape))
        {
            throw new CheckpointException(
                $"'{name}' in '{Location}' has shape [{string.Join(", ", _entries[name].Shape)}], expected "
                + $"[{string.Join(", ", target.shape)}].");
        }

        using var weight = Fold(name);
        target.copy_(weight);
        return FiniteValues.All(target);
    }

    public Tensor Read(string name)
    {
        if (!_folded.ContainsKey(name))
        {
            return _source.Read(name);
        }

        using var scope = NewDisposeScope();
        return Fold(name).to(_entries[name].Dtype).MoveToOuterDisposeScope();
    }

    public void Dispose() => _source.Dispose();

    private void Pair(string length, string layer, string directionSuffix)
    {
        if (!_entries.TryGetValue(layer + directionSuffix, out var direction))
        {
            return; // The strict loader reports the lonely half by its name.
        }

        var lengths = _entries[length].Shape;
        var rows = direction.Shape is [var first, ..] ? first : 0;
        if (lengths.Aggregate(1L, (product, size) => product * size) != rows)
        {
            throw new CheckpointException(
                $"'{length}' in '{Location}' has shape [{string.Join(", ", lengths)}], expected one length for each of the "
                + $"{rows} rows of '{direction.Name}'.");
        }

        var name = layer + ".weight";
        _folded[name] = (length, direction.Name);
        _entries.Remove(length);
        _entries.Remove(direction.Name);
        _entries[name] = direction with { Name = name };
    }

    /// <summary>The plain weight, in fp32 whatever the file's precision.</summary>
    private Tensor Fold(string name)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var (lengthName, directionName) = _folded[name];
        var length = _source.Read(lengthName).to(ScalarType.Float32).flatten();
        var direction = _source.Read(directionName).to(ScalarType.Float32);
        var factor = length / direction.flatten(1).norm(1); // [rows]
        return (direction * factor.reshape([-1, .. Enumerable.Repeat(1L, (int)direction.dim() - 1)])).MoveToOuterDisposeScope();
    }
}
