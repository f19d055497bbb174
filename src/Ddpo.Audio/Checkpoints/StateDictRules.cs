namespace Ddpo.Audio.Checkpoints;

/// <summary>How the names of a checkpoint relate to a model's. Everything that is not said here is an error.</summary>
internal sealed record StateDictRules
{
    /// <summary>Stored names are the model's, and all are there.</summary>
    public static StateDictRules Strict { get; } = new();

    /// <summary>The model's key for a stored name; <see langword="null"/> skips it. By default the name itself.</summary>
    /// <remarks>Several stored names may give one key, as tied weights do when both are written; their values must be equal.</remarks>
    public Func<string, string?> Rename { get; init; } = static name => name;

    /// <summary>Whether a key belongs to a part that this model was made without, and so is not read. By default never.</summary>
    public Func<string, bool> IsLeftOut { get; init; } = static _ => false;

    /// <summary>Whether the model keeps what it has when the checkpoint lacks this key. By default never.</summary>
    public Func<string, bool> MayBeMissing { get; init; } = static _ => false;

    /// <summary>Bytes of a checkpoint that a load reads.</summary>
    public long BytesOf(ITensorSource source) =>
        source.Entries.Values.Where(entry => Rename(entry.Name) is { } key && !IsLeftOut(key)).Sum(entry => entry.Bytes);
}
