namespace Ddpo.Audio.Checkpoints;

/// <summary>How the names of a checkpoint relate to a model's. Everything that is not said here is an error.</summary>
internal sealed record StateDictRules
{
    /// <summary>Stored names are the model's, and all are there.</summary>
    public static StateDictRules Strict { get; } = new();

    /// <summary>The model's key for a stored name; <see langword="null"/> skips it. By default the name itself.</summary>
    /// <remarks>Several stored names may give one key, as tied weights do when both are written; their values must be equal.</remarks>
    public Func<string, string?> Rename { get; init; } = static name => name;

    /// <summary>Whether the model keeps what it has when the checkpoint lacks this key. By default never.</summary>
    public Func<string, bool> MayBeMissing { get; init; } = static _ => false;
}
