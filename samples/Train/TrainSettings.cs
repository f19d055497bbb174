namespace Ddpo.Audio.Samples;

/// <summary>Everything that a training run can be told.</summary>
internal sealed class TrainSettings
{
    /// <summary>The AudioLDM2 checkpoint folder; the musicbox by default.</summary>
    public string Model { get; set; } = Assets.Pipeline;

    /// <summary>cpu (the default), cuda or cuda:N. Rewards have options of their own for it.</summary>
    public string Device { get; set; } = "cpu";

    /// <summary>Precision of the model's weights in memory; Float32 by default.</summary>
    public Precision Precision { get; set; } = Precision.Float32;

    /// <summary>Decides everything random in the run; drawn when not given.</summary>
    public ulong? Seed { get; set; }

    /// <summary>Whether to train LoRA adapters (the default) or, when false, every weight of the UNet.</summary>
    public bool UseLora { get; set; } = true;

    /// <summary>How LoRA adapters are made.</summary>
    public LoraOptions Lora { get; set; } = new();

    /// <summary>What the model trains on.</summary>
    public PromptSettings Prompts { get; set; } = new();

    /// <summary>How the samples of an epoch are made.</summary>
    public SamplingOptions Sampling { get; set; } = new();

    /// <summary>How the policy is updated.</summary>
    public TrainingOptions Training { get; set; } = new();

    /// <summary>The settings of DDPO.</summary>
    public DdpoAlgorithmOptions Ddpo { get; set; } = new();

    /// <summary>What is trained on.</summary>
    public RewardsSettings Rewards { get; set; } = new();

    /// <summary>What happens when a reward fails.</summary>
    public RewardFailureOptions RewardFailures { get; set; } = new();

    /// <summary>What is written, and where.</summary>
    public CheckpointOptions Checkpoints { get; set; } = new() { Directory = Path.Combine("runs", "train") };

    /// <summary>When training ends by itself; never by default.</summary>
    public StoppingOptions Stopping { get; set; } = new();

    /// <summary>What is generated as training goes on, to hear what changes.</summary>
    public ValidationOptions Validation { get; set; } = new();

    /// <summary>How the model is measured on prompts that it is not trained on.</summary>
    public EvaluationSettings Evaluation { get; set; } = new();
}
