using System.ComponentModel.DataAnnotations;

namespace Ddpo.Audio;

/// <summary>What a run writes, and where.</summary>
public sealed record CheckpointOptions
{
    /// <summary>
    /// The run's folder: <c>metrics.jsonl</c> gets a line an epoch, and what was trained goes to <c>epoch-NNNN</c> folders.
    /// <see langword="null"/> (the default) writes nothing.
    /// </summary>
    [MinLength(1, ErrorMessage = "expected a folder, or null to write nothing.")]
    public string? Directory { get; set; }

    /// <summary>Epochs between saves (<c>save_freq</c>), at least 1; 20 by default. The last epoch is always saved.</summary>
    [Range(1, int.MaxValue)]
    public int SaveEveryEpochs { get; set; } = 20;

    /// <summary>
    /// Epochs between those whose samples are kept, and the last; 0 (the default) keeps none, 1 all. Needs a
    /// <see cref="Directory"/>, in which <c>epoch-NNNN/samples</c> gets the clips that the epoch was trained on, made before its
    /// update, as 32-bit WAVs <c>0000.wav</c>, <c>0001.wav</c>, …, and <c>samples.jsonl</c> (see <see cref="SampleManifest"/>)
    /// with every reward's and metric's value for each. The folder appears when it is complete.
    /// </summary>
    [Range(0, int.MaxValue)]
    public int SaveSamplesEveryEpochs { get; set; }
}
