namespace Ddpo.Audio.Samples;

/// <summary>What the page has to know before anything else.</summary>
/// <param name="Limits">What a visitor may ask for.</param>
/// <param name="Generation">What to suggest for a clip.</param>
/// <param name="Training">What to suggest for a run.</param>
internal sealed record StudioInfo(StudioLimits Limits, GenerationDefaults Generation, TrainingRequest Training)
{
    /// <summary>What a visitor may choose.</summary>
    public static IReadOnlyList<TrainingAlgorithm> Algorithms { get; } = [.. Enum.GetValues<TrainingAlgorithm>().Except([TrainingAlgorithm.Own])];

    /// <summary>Takes it from the settings.</summary>
    public static StudioInfo Of(StudioOptions studio, DdpoOptions ddpo, PromptSource prompts) => new(studio.Limits, studio.Generation, new TrainingRequest
    {
        Algorithm = ddpo.Algorithm,
        Prompts = [.. (prompts.AllPrompts ?? []).Select(prompt => prompt.Text)],
        Epochs = ddpo.Training.NumEpochs,
        LearningRate = ddpo.Training.LearningRate,
        ClipRange = PolicyGradient(ddpo).ClipRange,
        SkipLastSteps = PolicyGradient(ddpo).SkipLastTimesteps,
        Steps = ddpo.Sampling.NumInferenceSteps,
        Seconds = ddpo.Sampling.Duration.TotalSeconds,
        BatchSize = ddpo.Sampling.BatchSize,
        Batches = ddpo.Sampling.NumBatchesPerEpoch,
        SaveEvery = ddpo.Checkpoints.SaveEveryEpochs,
    });

    private static PolicyGradientOptions PolicyGradient(DdpoOptions ddpo) => ddpo.Algorithm == TrainingAlgorithm.Grpo ? ddpo.Grpo : ddpo.Ddpo;
}
