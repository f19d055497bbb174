using System.Collections.ObjectModel;

namespace Ddpo.Audio.Checkpoints;

/// <summary>What every format has in common: lookups and their errors.</summary>
internal abstract class TensorSource(string location) : ITensorSource
{
    public string Location { get; } = location;

    public abstract IReadOnlyDictionary<string, TensorEntry> Entries { get; }

    public virtual IReadOnlyDictionary<string, string> Unread => ReadOnlyDictionary<string, string>.Empty;

    public bool CopyTo(string name, Tensor target)
    {
        var entry = Find(name);
        if (!entry.Shape.SequenceEqual(target.shape))
        {
            throw new CheckpointException(
                $"'{name}' in '{Location}' has shape [{string.Join(", ", entry.Shape)}], expected [{string.Join(", ", target.shape)}].");
        }

        if (!Dtypes.Converts(entry.Dtype, target.dtype))
        {
            throw new CheckpointException($"'{name}' in '{Location}' is {entry.Dtype}, which does not convert to {target.dtype}.");
        }

        return Fill(entry, target);
    }

    public Tensor Read(string name)
    {
        var entry = Find(name);
        var tensor = empty([.. entry.Shape], entry.Dtype);
        try
        {
            _ = Fill(entry, tensor);
            return tensor;
        }
        catch
        {
            tensor.Dispose();
            throw;
        }
    }

    public abstract void Dispose();

    /// <summary>Writes the values of <paramref name="entry"/> into a tensor of its shape and of a type that it converts to.</summary>
    /// <returns>Whether the tensor holds finite values only.</returns>
    protected abstract bool Fill(TensorEntry entry, Tensor target);

    private TensorEntry Find(string name) =>
        Entries.TryGetValue(name, out var entry)
            ? entry
            : throw new CheckpointException($"'{Location}' has no tensor '{name}'; it has {Entries.Count} others.");
}
