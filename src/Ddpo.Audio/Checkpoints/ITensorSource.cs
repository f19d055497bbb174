using System.Collections.ObjectModel;

namespace Ddpo.Audio.Checkpoints;

/// <summary>Name, type and shape of one stored tensor.</summary>
internal sealed record TensorEntry(string Name, ScalarType Dtype, IReadOnlyList<long> Shape)
{
    /// <summary>Number of elements; 1 for a scalar. Readers have checked that it does not overflow.</summary>
    public long Count => Shape.Aggregate(1L, (product, dimension) => checked(product * dimension));

    /// <summary>Number of bytes of the values, laid out row by row.</summary>
    public long Bytes => checked(Count * Dtypes.SizeOf(Dtype));
}

/// <summary>The tensors of one checkpoint, whichever format it is in. Not thread-safe.</summary>
internal interface ITensorSource : IDisposable
{
    /// <summary>The file or folder, for error messages.</summary>
    string Location { get; }

    /// <summary>What is stored, by name, in the order of the file.</summary>
    IReadOnlyDictionary<string, TensorEntry> Entries { get; }

    /// <summary>What is stored but cannot be read, by name, with what it is.</summary>
    IReadOnlyDictionary<string, string> Unread => ReadOnlyDictionary<string, string>.Empty;

    /// <summary>Writes a stored tensor into <paramref name="target"/>, which has its shape; converts to the target's type and device.</summary>
    /// <remarks>Floating point converts to floating point and integers to integers, never one to the other.</remarks>
    /// <returns>Whether <paramref name="target"/> holds finite values only.</returns>
    /// <exception cref="CheckpointException">The name is not stored, the shape differs or the type does not convert.</exception>
    bool CopyTo(string name, Tensor target);

    /// <summary>A new CPU tensor with the stored type and values; the caller owns it.</summary>
    /// <exception cref="CheckpointException">The name is not stored.</exception>
    Tensor Read(string name);
}
