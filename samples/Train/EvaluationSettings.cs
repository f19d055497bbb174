namespace Ddpo.Audio.Samples;

/// <summary>How a run measures the model on prompts that it is not trained on.</summary>
internal sealed class EvaluationSettings
{
    /// <summary>The prompts to measure; none, and nothing is measured.</summary>
    public PromptSettings Prompts { get; set; } = new();

    /// <summary>Epochs between measurings, besides those before the first and after the last epoch; 0 (the default) for only those.</summary>
    public int EveryEpochs { get; set; }

    /// <summary>Clips of each prompt, at least 1; 8 by default.</summary>
    public int ClipsPerPrompt { get; set; } = 8;

    /// <summary>Clips made at once, at least 1; 16 by default.</summary>
    public int BatchSize { get; set; } = 16;

    /// <summary>The seed of the first clip; the others count up from it. The same clips are measured every time. 1000000 by default.</summary>
    public ulong Seed { get; set; } = 1_000_000;

    /// <summary>Denoising steps; those of Sampling by default.</summary>
    public int? NumInferenceSteps { get; set; }

    /// <summary>Strength of classifier-free guidance; that of Sampling by default.</summary>
    public double? GuidanceScale { get; set; }

    /// <summary>Share of fresh noise in each step, from 0 to 1; that of Sampling by default.</summary>
    public double? Eta { get; set; }

    /// <summary>Whether the first clip of each prompt is written to the run's folder; true by default.</summary>
    public bool SaveClips { get; set; } = true;

    /// <summary>The prompts to measure, perhaps none.</summary>
    public IReadOnlyList<Prompt> HeldOutPrompts()
    {
        foreach (var (name, value, least) in new[]
        {
            (nameof(ClipsPerPrompt), ClipsPerPrompt, 1), (nameof(BatchSize), BatchSize, 1), (nameof(EveryEpochs), EveryEpochs, 0),
        })
        {
            if (value < least)
            {
                throw new SettingsException($"The setting Evaluation:{name} is {value}; expected {least} or more.");
            }
        }

        return Prompts.IsEmpty() ? [] : Prompts.ToList("Evaluation:Prompts");
    }

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
