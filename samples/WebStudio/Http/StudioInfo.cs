namespace Ddpo.Audio.Samples;

/// <summary>What the page has to know before anything else.</summary>
/// <param name="Limits">What a visitor may ask for.</param>
/// <param name="Generation">What to suggest for a clip.</param>
/// <param name="Training">What to suggest for a run.</param>
/// <param name="LearningRates">What to suggest for one by each algorithm.</param>
internal sealed record StudioInfo(
    StudioLimits Limits, GenerationDefaults Generation, TrainingRequest Training, IReadOnlyDictionary<TrainingAlgorithm, double> LearningRates)
{
    /// <summary>What a visitor may choose.</summary>
    public static IReadOnlyList<TrainingAlgorithm> Algorithms { get; } = [.. Enum.GetValues<TrainingAlgorithm>().Except([TrainingAlgorithm.Own])];

    /// <summary>Takes it from the settings.</summary>
    public static StudioInfo Of(StudioOptions studio, DdpoOptions ddpo, PromptSource prompts)
    {
        var rates = Algorithms.ToDictionary(algorithm => algorithm, algorithm => studio.Algorithms.Of(algorithm).LearningRate ?? ddpo.Training.LearningRate);
        return new(studio.Limits, studio.Generation, Suggested(ddpo, prompts, rates.GetValueOrDefault(ddpo.Algorithm, ddpo.Training.LearningRate)), rates);
    }

    private static TrainingRequest Suggested(DdpoOptions ddpo, PromptSource prompts, double learningRate) => new()
    {
        Algorithm = ddpo.Algorithm,
        Prompts = [.. (prompts.AllPrompts ?? []).Select(prompt => prompt.Text)],
        Epochs = ddpo.Training.NumEpochs,
        LearningRate = learningRate,
        ClipRange = PolicyGradient(ddpo).ClipRange,
        SkipLastSteps = PolicyGradient(ddpo).SkipLastTimesteps,
        Steps = ddpo.Sampling.NumInferenceSteps,
        Seconds = ddpo.Sampling.Duration.TotalSeconds,
        BatchSize = ddpo.Sampling.BatchSize,
        Batches = ddpo.Sampling.NumBatchesPerEpoch,
        SaveEvery = ddpo.Checkpoints.SaveEveryEpochs,
    };

    private static PolicyGradientOptions PolicyGradient(DdpoOptions ddpo) => ddpo.Algorithm == TrainingAlgorithm.Grpo ? ddpo.Grpo : ddpo.Ddpo;
}
