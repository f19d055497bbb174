using Ddpo.Audio.Training.Rewards;
using Microsoft.Extensions.Logging;

namespace Ddpo.Audio.Training.Settings;

/// <summary>Everything a trainer was built with: valid, and frozen.</summary>
internal sealed record DdpoSettings(
    AudioLdm2Pipeline Pipeline,
    DdpoOptions Options,
    PromptSource Prompts,
    DdpoPromptOptions? PromptOptions,
    IReadOnlyDictionary<IRewardFunction, RewardOrigin> Origins,
    IReadOnlyList<string> RewardsOff,
    IReadOnlyList<WeightedReward> Rewards,
    IReadOnlyList<IRewardFunction> Metrics,
    ulong Seed,
    bool SeedIsDrawn,
    ILoggerFactory? LoggerFactory)
{
    public LoraOptions? Lora => Options.Lora;

    public SamplingOptions Sampling => Options.Sampling;

    public TrainingOptions Training => Options.Training;

    public DdpoAlgorithmOptions Ddpo => Options.Ddpo;

    public RewardFailureOptions RewardFailures => Options.RewardFailures;

    public CheckpointOptions Checkpoints => Options.Checkpoints;

    public StoppingOptions Stopping => Options.Stopping;

    public ValidationOptions Validation => Options.Validation;

    /// <summary>Samples in one pass of the UNet during training.</summary>
    public int TrainingBatchSize => Training.BatchSize == 0 ? Sampling.BatchSize : Training.BatchSize;

    /// <summary>Samples in an epoch.</summary>
    public int SamplesPerEpoch => Sampling.BatchSize * Sampling.NumBatchesPerEpoch;

    /// <summary>Training batches in one pass over an epoch's samples.</summary>
    public int TrainingBatchesPerEpoch => SamplesPerEpoch / TrainingBatchSize;

    /// <summary>Timesteps of each sample, its first ones, that training draws from.</summary>
    public int TrainableTimesteps => Sampling.NumInferenceSteps - Ddpo.SkipLastTimesteps;

    /// <summary>Timesteps of each sample that are trained on.</summary>
    public int TrainingTimesteps => (int)(TrainableTimesteps * Ddpo.TimestepFraction);

    /// <summary>Whether samples are made with guidance.</summary>
    public bool GuidedSampling => Sampling.GuidanceScale > 1;

    /// <summary>Whether training predicts with guidance.</summary>
    public bool GuidedTraining => GuidedSampling && Ddpo.ClassifierFreeGuidance;
}
