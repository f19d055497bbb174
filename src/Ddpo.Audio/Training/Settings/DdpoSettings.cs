using Ddpo.Audio.Training.Rewards;
using Microsoft.Extensions.Logging;

namespace Ddpo.Audio.Training.Settings;

/// <summary>Everything a trainer was built with: valid, and frozen.</summary>
internal sealed record DdpoSettings(
    AudioLdm2Pipeline Pipeline,
    RunOptions Options,
    PromptSource Prompts,
    IReadOnlyList<WeightedReward> Rewards,
    IReadOnlyList<IRewardFunction> Metrics,
    ulong Seed,
    bool SeedIsDrawn,
    ILoggerFactory? LoggerFactory)
{
    /// <inheritdoc cref="RunOptions.Lora"/>
    public LoraOptions? Lora => Options.Lora;

    /// <inheritdoc cref="RunOptions.Sampling"/>
    public SamplingOptions Sampling => Options.Sampling;

    /// <inheritdoc cref="RunOptions.Training"/>
    public TrainingOptions Training => Options.Training;

    /// <inheritdoc cref="RunOptions.RewardFailures"/>
    public RewardFailureOptions RewardFailures => Options.RewardFailures;

    /// <inheritdoc cref="RunOptions.Checkpoints"/>
    public CheckpointOptions Checkpoints => Options.Checkpoints;

    /// <inheritdoc cref="RunOptions.Stopping"/>
    public StoppingOptions Stopping => Options.Stopping;

    /// <inheritdoc cref="RunOptions.Validation"/>
    public ValidationOptions Validation => Options.Validation;

    /// <summary>Samples in one pass of the UNet during training.</summary>
    public int TrainingBatchSize => Training.BatchSize == 0 ? Sampling.BatchSize : Training.BatchSize;

    /// <summary>Samples in an epoch.</summary>
    public int SamplesPerEpoch => Sampling.BatchSize * Sampling.NumBatchesPerEpoch;

    /// <summary>Training batches in one pass over an epoch's samples.</summary>
    public int TrainingBatchesPerEpoch => SamplesPerEpoch / TrainingBatchSize;

    /// <summary>Timesteps of each sample, its first ones, that training draws from.</summary>
    public int TrainableTimesteps => Sampling.NumInferenceSteps - Training.SkipLastTimesteps;

    /// <summary>Timesteps of each sample that are trained on.</summary>
    public int TrainingTimesteps => (int)(TrainableTimesteps * Training.TimestepFraction);

    /// <summary>Whether samples are made with guidance.</summary>
    public bool GuidedSampling => Sampling.GuidanceScale > 1;

    /// <summary>Whether training predicts with guidance.</summary>
    public bool GuidedTraining => GuidedSampling && Training.ClassifierFreeGuidance;
}
