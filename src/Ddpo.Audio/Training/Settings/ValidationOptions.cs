using System.ComponentModel.DataAnnotations;

namespace Ddpo.Audio;

/// <summary>
/// Clips of fixed prompts from fixed noise that are made as training goes on, so that one hears what changes. Nothing is trained on
/// them. Names in parentheses are those of diffusers' training scripts.
/// </summary>
/// <remarks>
/// <para>Made only when <see cref="CheckpointOptions.Directory"/> is set, as the run's <see cref="SamplingOptions"/> say unless they are told otherwise here, before the
/// first epoch, after the last and in between. In the run's folder, <c>validation/epoch-NNNN</c> (epochs done; <c>epoch-0000</c> is
/// before the first) gets them as 16-bit WAVs, which every browser plays, with a <c>samples.jsonl</c> (see
/// <see cref="SampleManifest"/>) that has every reward's and metric's value for each. A reward that fails on them is logged, and
/// its values are left out; it does not end the run.</para>
/// <para>They do not change a run's numbers: their seeds are their own. A run that goes on from a checkpoint makes the same clips.</para>
/// </remarks>
public sealed class ValidationOptions
{
    /// <summary>
    /// What to generate (<c>validation_prompts</c>). Empty (the default) takes the first four different prompts of the run's
    /// <see cref="PromptSource.AllPrompts"/>, or of what it draws where that is not known.
    /// </summary>
    /// <exception cref="ArgumentNullException">The value is <see langword="null"/>.</exception>
    public IReadOnlyList<Prompt> Prompts
    {
        get;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            field = value;
        }
    } = [];

    /// <summary>Clips of each prompt (<c>num_validation_images</c> there), at least 1 (the default).</summary>
    [Range(1, int.MaxValue)]
    public int NumClipsPerPrompt { get; set; } = 1;

    /// <summary>
    /// Of each prompt's clips, how many are kept as files; <see langword="null"/> (the default) keeps all, 0 none. All are scored.
    /// </summary>
    [Range(0, int.MaxValue)]
    public int? NumKeptClipsPerPrompt { get; set; }

    /// <summary>Clips made at once, at least 1; as many as in sampling by default (0). Changes nothing but memory and speed.</summary>
    [Range(0, int.MaxValue)]
    public int BatchSize { get; set; }

    /// <summary>Denoising steps, at least 1; <see langword="null"/> (the default) takes those of sampling.</summary>
    [Range(1, int.MaxValue)]
    public int? NumInferenceSteps { get; set; }

    /// <summary>Strength of classifier-free guidance, at least 0; <see langword="null"/> (the default) takes that of sampling.</summary>
    [Range(0, float.MaxValue)]
    public double? GuidanceScale { get; set; }

    /// <summary>Share of fresh noise in each step, from 0 to 1; <see langword="null"/> (the default) takes that of sampling.</summary>
    [Range(0d, 1d)]
    public double? Eta { get; set; }

    /// <summary>Epochs from one time to the next (<c>validation_epochs</c>), at least 0; 10 by default. 0 makes none at all.</summary>
    [Range(0, int.MaxValue)]
    public int EveryEpochs { get; set; } = 10;

    /// <summary>
    /// A folder of real clips (WAV), from which all validation clips together are measured by FAD and KAD, on the vectors of the first reward or metric that makes
    /// them (<see cref="IAudioEmbedder"/>, such as CLAP); <see langword="null"/>, the default, measures nothing. Take a few hundred clips: FAD of few is too large.
    /// </summary>
    public string? ReferenceFolder { get; set; }

    /// <summary>
    /// Decides the noise: clip i of all is drawn from seed + i. 0 by default, whatever the run's seed is, so that runs can be compared.
    /// </summary>
    public ulong Seed { get; set; }
}
