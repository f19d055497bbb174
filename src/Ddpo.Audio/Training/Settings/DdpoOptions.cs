using System.ComponentModel.DataAnnotations;
using System.Reflection;
using Microsoft.Extensions.Options;

namespace Ddpo.Audio;

/// <summary>All settings of a run: what <see cref="DdpoTrainerBuilder"/> takes, a configuration section holds, and a run's <c>settings.json</c> says.</summary>
/// <remarks>
/// In configuration, each property is a key of its own name under the section given to <c>AddDdpoAudio</c>. A key that no property reads
/// is an error, and so is a value that cannot be read. Durations are <c>00:00:10</c>. Read once: later changes have no effect.
/// </remarks>
public sealed class DdpoOptions
{
    /// <summary>Gets or sets the model that a container loads. Not used by a builder, which is given a pipeline.</summary>
    [Required]
    public DdpoPipelineOptions Pipeline { get; set; } = new();

    /// <summary>Gets or sets where a container's prompts come from, unless <c>UsePrompts</c> says it. Not used by a builder.</summary>
    [Required]
    public DdpoPromptOptions Prompts { get; set; } = new();

    /// <summary>Gets or sets the adapter to train; <see langword="null"/> (in configuration, <c>false</c>) trains every weight of the model.</summary>
    public LoraOptions? Lora { get; set; } = new();

    /// <summary>Gets or sets how samples are made.</summary>
    [Required, ValidateObjectMembers]
    public SamplingOptions Sampling { get; set; } = new();

    /// <summary>Gets or sets how long to train, in what batches, and the optimizer.</summary>
    [Required, ValidateObjectMembers]
    public TrainingOptions Training { get; set; } = new();

    /// <summary>Gets or sets how the model is improved; by DDPO unless another algorithm is chosen. The settings of the others are not looked at.</summary>
    [EnumDataType(typeof(TrainingAlgorithm))]
    public TrainingAlgorithm Algorithm { get; set; }

    /// <summary>Gets or sets the settings of DDPO, the algorithm that is used unless another one is chosen.</summary>
    [Required, ValidateObjectMembers]
    public DdpoAlgorithmOptions Ddpo { get; set; } = new();

    /// <summary>Gets or sets the settings of GRPO.</summary>
    [Required, ValidateObjectMembers]
    public GrpoOptions Grpo { get; set; } = new();

    /// <summary>Gets or sets the settings of DRaFT.</summary>
    [Required, ValidateObjectMembers]
    public DraftOptions Draft { get; set; } = new();

    /// <summary>Gets or sets the settings of RWR.</summary>
    [Required, ValidateObjectMembers]
    public RwrOptions Rwr { get; set; } = new();

    /// <summary>Gets or sets the settings of AWM.</summary>
    [Required, ValidateObjectMembers]
    public AwmOptions Awm { get; set; } = new();

    /// <summary>Gets or sets the settings of DiffusionNFT.</summary>
    [Required, ValidateObjectMembers]
    public NftOptions Nft { get; set; } = new();

    /// <summary>Gets or sets what happens when a reward fails.</summary>
    [Required, ValidateObjectMembers]
    public RewardFailureOptions RewardFailures { get; set; } = new();

    /// <summary>Gets or sets what is written, and where.</summary>
    [Required, ValidateObjectMembers]
    public CheckpointOptions Checkpoints { get; set; } = new();

    /// <summary>Gets or sets when training ends by itself.</summary>
    [Required, ValidateObjectMembers]
    public StoppingOptions Stopping { get; set; } = new();

    /// <summary>Gets or sets which clips are made to hear and measure what training does, and when.</summary>
    [Required, ValidateObjectMembers]
    public ValidationOptions Validation { get; set; } = new();

    /// <summary>Gets or sets which of the library's own observers are told of the run.</summary>
    [Required, ValidateObjectMembers]
    public ObserverOptions Observers { get; set; } = new();

    /// <summary>
    /// Gets each reward's part, by the name that it was added under; in configuration, <c>false</c> leaves a reward out. Names differ by more than
    /// upper and lower case.
    /// </summary>
    public IDictionary<string, DdpoRewardOptions> Rewards { get; } =
        new Dictionary<string, DdpoRewardOptions>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Gets or sets what decides everything random in a run; drawn for each when <see langword="null"/> (the default).</summary>
    public ulong? Seed { get; set; }

    /// <summary>Gets or sets whether training as a hosted service ends the program when it is done; off by default.</summary>
    public bool StopHostWhenTrained { get; set; }

    /// <summary>Whether no group that must be there is missing.</summary>
    internal bool IsComplete => typeof(DdpoOptions).GetProperties()
        .Where(property => property.IsDefined(typeof(RequiredAttribute)))
        .All(property => property.GetValue(this) is not null);

    /// <summary>The groups of settings of the algorithms that are not used; a group has its algorithm's name.</summary>
    internal IEnumerable<string> UnusedGroups => Enum.GetNames<TrainingAlgorithm>().Where(name => name != Algorithm.ToString());

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
