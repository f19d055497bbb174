using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Ddpo.Audio.Samples;

/// <summary>What a settings file for training has beside those of the library.</summary>
internal sealed class TrainSections
{
    /// <summary>How the model is measured on prompts that it is not trained on; false measures nothing.</summary>
    [ValidateObjectMembers]
    public EvaluationSettings? Evaluation { get; set; } = new();
}


/// <summary>How a run measures the model on prompts that it is not trained on.</summary>
internal sealed class EvaluationSettings
{
    /// <summary>The prompts to measure; none, and nothing is measured.</summary>
    public IReadOnlyList<Prompt> Prompts { get; set; } = [];

    /// <summary>Epochs between measurings, besides those before the first and after the last epoch; 0 (the default) for only those.</summary>
    [Range(0, int.MaxValue)]
    public int EveryEpochs { get; set; }

    /// <summary>Clips of each prompt, at least 1; 8 by default.</summary>
    [Range(1, int.MaxValue)]
    public int ClipsPerPrompt { get; set; } = 8;

    /// <summary>Clips made at once, at least 1; 16 by default.</summary>
    [Range(1, int.MaxValue)]
    public int BatchSize { get; set; } = 16;

    /// <summary>The seed of the first clip; the others count up from it. The same clips are measured every time. 1000000 by default.</summary>
    public ulong Seed { get; set; } = 1_000_000;

    /// <summary>Denoising steps; those of Sampling by default.</summary>
    [Range(1, int.MaxValue)]
    public int? NumInferenceSteps { get; set; }

    /// <summary>Strength of classifier-free guidance; that of Sampling by default.</summary>
    [Range(0, double.MaxValue)]
    public double? GuidanceScale { get; set; }

    /// <summary>Share of fresh noise in each step, from 0 to 1; that of Sampling by default.</summary>
    [Range(0d, 1d)]
    public double? Eta { get; set; }

    /// <summary>Whether the first clip of each prompt is written to the run's folder; true by default.</summary>
    public bool SaveClips { get; set; } = true;

    /// <summary>Whether to measure after so many epochs.</summary>
    public bool IsDue(int epochs, int numEpochs) => epochs == numEpochs || (EveryEpochs > 0 && epochs % EveryEpochs == 0);

    /// <summary>How to generate, where these settings and those of training are put together.</summary>
    public AudioRequest ToRequest(IReadOnlyList<Prompt> prompts, SamplingOptions sampling) => new(prompts)
    {
        Duration = sampling.Duration,
        NegativePrompt = sampling.NegativePrompt,
        NumInferenceSteps = NumInferenceSteps ?? sampling.NumInferenceSteps,
        GuidanceScale = GuidanceScale ?? sampling.GuidanceScale,
        Eta = Eta ?? sampling.Eta,
        Seed = Seed,
    };
}
