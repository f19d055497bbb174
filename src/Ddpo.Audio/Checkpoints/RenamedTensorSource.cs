using Ddpo.Audio.Runtime;

namespace Ddpo.Audio.Checkpoints;

/// <summary>A tensor under a new name, or one of several equal parts of it along its first dimension.</summary>
internal readonly record struct TensorPart(string Name, int Index = 0, int Count = 1);

/// <summary>Shows a checkpoint under other names, its fused tensors as parts. Owns the checkpoint.</summary>
internal sealed class RenamedTensorSource : TensorSource
{
    private readonly ITensorSource _inner;
    private readonly OrderedDictionary<string, TensorEntry> _entries = [];
    private readonly Dictionary<string, (string Stored, TensorPart Part)> _parts = [];

    /// <param name="inner">The checkpoint.</param>
    /// <param name="rename">What becomes of a stored name; nothing is a declared skip.</param>
    /// <exception cref="CheckpointException">Two names become one, or a tensor cannot be cut into that many parts.</exception>
    public RenamedTensorSource(ITensorSource inner, Func<string, IEnumerable<TensorPart>> rename)
        : base(inner.Location)
    {
        _inner = inner;
        foreach (var entry in inner.Entries.Values)
        {
            foreach (var part in rename(entry.Name))
            {
                if (!_parts.TryAdd(part.Name, (entry.Name, part)))
                {
                    throw new CheckpointException(
                        $"'{entry.Name}' and '{_parts[part.Name].Stored}' in '{Location}' both stand for '{part.Name}'.");
                }

                _entries.Add(part.Name, new TensorEntry(part.Name, entry.Dtype, ShapeOf(entry, part)));
            }
        }
    }

    public override IReadOnlyDictionary<string, TensorEntry> Entries => _entries;

    public override void Dispose() => _inner.Dispose();

    protected override bool Fill(TensorEntry entry, Tensor target)
    {
        var (stored, part) = _parts[entry.Name];
        if (part.Count == 1)
        {
            return _inner.CopyTo(stored, target);
        }

        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        target.copy_(_inner.Read(stored).narrow(0, part.Index * entry.Shape[0], entry.Shape[0]));
        return FiniteValues.All(target);
    }

    private List<long> ShapeOf(TensorEntry entry, TensorPart part)
    {
        if (part.Count == 1)
        {
            return [.. entry.Shape];
        }

        return entry.Shape.Count > 0 && entry.Shape[0] % part.Count == 0
            ? [entry.Shape[0] / part.Count, .. entry.Shape.Skip(1)]
            : throw new CheckpointException(
                $"'{entry.Name}' in '{Location}' has shape [{string.Join(", ", entry.Shape)}]; expected {part.Count} equal parts.");
    }
}
