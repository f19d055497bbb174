using System.ComponentModel.DataAnnotations;
using Ddpo.Audio.Training.Settings;

namespace Ddpo.Audio;

/// <summary>All settings of the library in a container: those of <see cref="DdpoTrainerBuilder"/>, and what to load.</summary>
/// <remarks>
/// In configuration, each property is a key of its own name under the section given to <c>AddDdpoAudio</c>. A key that no property reads
/// is an error, and so is a value that cannot be read. Durations are <c>00:00:10</c>. Read once: later changes have no effect.
/// </remarks>
public sealed record DdpoAudioOptions
{
    /// <summary>The model to load.</summary>
    [Required]
    public DdpoPipelineOptions Pipeline { get; set; } = new();

    /// <summary>Where the prompts come from, unless <c>UsePrompts</c> says it.</summary>
    [Required]
    public DdpoPromptOptions Prompts { get; set; } = new();

    /// <summary>The adapter to train; <see langword="null"/> (in configuration, <c>false</c>) trains every weight of the UNet.</summary>
    public LoraOptions? Lora { get; set; } = new();

    /// <summary>How samples are made.</summary>
    [Required]
    public SamplingOptions Sampling { get; set; } = new();

    /// <summary>How the policy is updated.</summary>
    [Required]
    public TrainingOptions Training { get; set; } = new();

    /// <summary>What happens when a reward fails.</summary>
    [Required]
    public RewardFailureOptions RewardFailures { get; set; } = new();

    /// <summary>What is written, and where.</summary>
    [Required]
    public CheckpointOptions Checkpoints { get; set; } = new();

    /// <summary>When training ends by itself.</summary>
    [Required]
    public StoppingOptions Stopping { get; set; } = new();

    /// <summary>Which clips are made to hear what training does, and when. Their prompts are the first of the run's.</summary>
    [Required]
    public ValidationOptions Validation { get; set; } = new();

    /// <summary>Each reward's part, by the name that it was added under. Names differ by more than upper and lower case.</summary>
    public IDictionary<string, DdpoRewardOptions> Rewards { get; } =
        new Dictionary<string, DdpoRewardOptions>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Decides everything random in a run; drawn for each when <see langword="null"/> (the default).</summary>
    public ulong? Seed { get; set; }

    /// <summary>Whether training as a hosted service ends the program when it is done; off by default.</summary>
    public bool StopHostWhenTrained { get; set; }

    /// <summary>Those of a run.</summary>
    internal RunOptions Run => new(Lora, Sampling, Training, RewardFailures, Checkpoints, Stopping, Validation);

    /// <summary>The settings of a reward, made when there are none yet.</summary>
    internal DdpoRewardOptions Reward(string name)
    {
        if (!Rewards.TryGetValue(name, out var reward))
        {
            Rewards[name] = reward = new DdpoRewardOptions();
        }

        return reward;
    }
}
