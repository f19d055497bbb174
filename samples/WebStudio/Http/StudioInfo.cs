namespace Ddpo.Audio.Samples;

/// <summary>What the page has to know before anything else.</summary>
/// <param name="Limits">What a visitor may ask for.</param>
/// <param name="Generation">What to suggest for a clip.</param>
/// <param name="Training">What to suggest for a run.</param>
internal sealed record StudioInfo(StudioLimits Limits, GenerationDefaults Generation, TrainingRequest Training)
{
    /// <summary>Takes it from the settings.</summary>
    public static StudioInfo Of(StudioOptions studio, DdpoOptions ddpo, PromptSource prompts) => new(studio.Limits, studio.Generation, new TrainingRequest
    {
        Prompts = [.. (prompts.AllPrompts ?? []).Select(prompt => prompt.Text)],
        Epochs = ddpo.Training.NumEpochs,
        LearningRate = ddpo.Training.LearningRate,
        ClipRange = ddpo.Ddpo.ClipRange,
        SkipLastSteps = ddpo.Ddpo.SkipLastTimesteps,
        Steps = ddpo.Sampling.NumInferenceSteps,
        Seconds = ddpo.Sampling.Duration.TotalSeconds,
        BatchSize = ddpo.Sampling.BatchSize,
        Batches = ddpo.Sampling.NumBatchesPerEpoch,
        SaveEvery = ddpo.Checkpoints.SaveEveryEpochs,
    });
}
