namespace Ddpo.Audio;

/// <summary>What a run writes, and where.</summary>
public sealed record CheckpointOptions
{
    /// <summary>
    /// The run's folder: <c>metrics.jsonl</c> gets a line an epoch, and what was trained goes to <c>epoch-NNNN</c> folders.
    /// <see langword="null"/> (the default) writes nothing.
    /// </summary>
    public string? Directory { get; set; }

    /// <summary>Epochs between saves (<c>save_freq</c>), at least 1; 20 by default. The last epoch is always saved.</summary>
    public int SaveEveryEpochs { get; set; } = 20;
}
