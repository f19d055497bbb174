namespace Ddpo.Audio.Checkpoints;

/// <summary>Name, type and shape of one stored tensor.</summary>
internal sealed record TensorEntry(string Name, ScalarType Dtype, IReadOnlyList<long> Shape);

/// <summary>The tensors of one checkpoint, whichever format it is in. Not thread-safe.</summary>
internal interface ITensorSource : IDisposable
{
    /// <summary>The file or folder, for error messages.</summary>
    string Location { get; }

    /// <summary>What is stored, by name.</summary>
    IReadOnlyDictionary<string, TensorEntry> Entries { get; }

    /// <summary>Writes a stored tensor into <paramref name="target"/>, which has its shape; converts to the target's type and device.</summary>
    /// <exception cref="CheckpointException">The name is not stored, or the shape differs.</exception>
    void CopyTo(string name, Tensor target);

    /// <summary>A new CPU tensor with the stored type and values; the caller owns it.</summary>
    /// <exception cref="CheckpointException">The name is not stored.</exception>
    Tensor Read(string name);
}
