namespace Ddpo.Audio.Training.Settings;

/// <summary>The groups of settings of a run.</summary>
/// <param name="Lora">The adapter to train; <see langword="null"/> trains every weight.</param>
/// <param name="Sampling">How samples are made.</param>
/// <param name="Training">How the policy is updated.</param>
/// <param name="RewardFailures">What happens when a reward fails.</param>
/// <param name="Checkpoints">What is written, and where.</param>
/// <param name="Stopping">When training ends by itself.</param>
/// <param name="Validation">Which clips are made to hear what training does.</param>
internal sealed record RunOptions(
    LoraOptions? Lora,
    SamplingOptions Sampling,
    TrainingOptions Training,
    RewardFailureOptions RewardFailures,
    CheckpointOptions Checkpoints,
    StoppingOptions Stopping,
    ValidationOptions Validation)
{
    /// <summary>All defaults.</summary>
    public RunOptions()
        : this(new(), new(), new(), new(), new(), new(), new())
    {
    }

    /// <summary>The groups that data annotations describe, by their keys in configuration.</summary>
    public IEnumerable<(string Key, object Settings)> Annotated =>
    [
        (nameof(Sampling), Sampling), (nameof(Training), Training), (nameof(RewardFailures), RewardFailures), (nameof(Checkpoints), Checkpoints),
        (nameof(Stopping), Stopping),
        (nameof(Validation), Validation),
    ];

    /// <summary>The same settings, which later changes of these do not reach.</summary>
    public RunOptions Copy() => new(
        Lora is null ? null : Lora with { },
        Sampling with { },
        Training with { PerPromptStatTracking = Training.PerPromptStatTracking is { } tracking ? tracking with { } : null },
        RewardFailures with { },
        Checkpoints with { },
        Stopping with { Guard = Stopping.Guard is { } guard ? guard with { } : null },
        Validation with { Prompts = [.. Validation.Prompts] });
}
