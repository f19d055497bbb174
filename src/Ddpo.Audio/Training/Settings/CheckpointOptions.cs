using System.ComponentModel.DataAnnotations;

namespace Ddpo.Audio;

/// <summary>What a run writes, and where.</summary>
public sealed class CheckpointOptions
{
    /// <summary>The value of <see cref="ResumeFrom"/> that stands for the newest checkpoint of the run.</summary>
    public const string Latest = "latest";

    /// <summary>
    /// The run's folder, which gets <c>settings.json</c>, <c>metrics.jsonl</c> (a line an epoch) and <c>checkpoints/epoch-NNNN</c>,
    /// numbered by epochs done. <see langword="null"/> (the default) writes nothing. A folder that has a run already is refused,
    /// unless <see cref="ResumeFrom"/> goes on with it or <see cref="Overwrite"/> removes it. So is one that another trainer has, in this process or
    /// another one: from its start until it is disposed it holds <c>run.lock</c> there open, which the system lets go of however a process ends.
    /// </summary>
    [MinLength(1, ErrorMessage = "expected a folder, or null to write nothing.")]
    public string? Directory { get; set; }

    /// <summary>
    /// Epochs between checkpoints (<c>save_freq</c>), at least 1; 20 by default. There is also one after the last epoch, and one
    /// of the last whole epoch when a run is cancelled or fails.
    /// </summary>
    [Range(1, int.MaxValue)]
    public int SaveEveryEpochs { get; set; } = 20;

    /// <summary>Checkpoints to keep, the newest (<c>num_checkpoint_limit</c>), at least 1; 5 by default.</summary>
    [Range(1, int.MaxValue)]
    public int KeepLast { get; set; } = 5;

    /// <summary>
    /// What to go on from (<c>resume_from</c>): <see cref="Latest"/> for the newest checkpoint in <see cref="Directory"/> that can be
    /// read, or for a new run when there is none; else the path of a checkpoint, or of a run for its newest.
    /// <see langword="null"/> (the default) starts a new run.
    /// </summary>
    /// <remarks>
    /// The run goes on as if it had never stopped: on the same machine, with the same number of threads, every number and every
    /// weight is the same. Its seed is taken over when none is set. Settings that would make another run of it are refused when
    /// training begins, with both values; others, such as <see cref="TrainingOptions.NumEpochs"/>, apply.
    /// </remarks>
    [MinLength(1, ErrorMessage = "expected \"latest\", a checkpoint or a run's folder, or null to start anew.")]
    public string? ResumeFrom { get; set; }

    /// <summary>Whether to remove a run that <see cref="Directory"/> has when a new one starts; off by default. Files that are not a run's stay.</summary>
    public bool Overwrite { get; set; }

    /// <summary>
    /// Epochs between those whose samples are kept, and the last; 0 (the default) keeps none, 1 all. Needs a
    /// <see cref="Directory"/>, in which <c>samples/epoch-NNNN</c> gets the clips that the epoch was trained on, made before its
    /// update, as 32-bit WAVs <c>0000.wav</c>, <c>0001.wav</c>, …, and <c>samples.jsonl</c> (see <see cref="SampleManifest"/>)
    /// with every reward's and metric's value for each. The folder appears when it is complete.
    /// </summary>
    [Range(0, int.MaxValue)]
    public int SaveSamplesEveryEpochs { get; set; }
}
