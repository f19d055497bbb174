using Microsoft.Extensions.Options;

namespace Ddpo.Audio.Samples;

/// <summary>Settings of training that no two algorithms want alike, for each that a visitor may choose.</summary>
internal sealed class AlgorithmDefaults
{
    /// <summary>DDPO's.</summary>
    [ValidateObjectMembers]
    public TrainingDefaults Ddpo { get; set; } = new();

    /// <summary>GRPO's.</summary>
    [ValidateObjectMembers]
    public TrainingDefaults Grpo { get; set; } = new();

    /// <summary>DRaFT's.</summary>
    [ValidateObjectMembers]
    public TrainingDefaults Draft { get; set; } = new();

    /// <summary>RWR's.</summary>
    [ValidateObjectMembers]
    public TrainingDefaults Rwr { get; set; } = new();

    /// <summary>AWM's.</summary>
    [ValidateObjectMembers]
    public TrainingDefaults Awm { get; set; } = new();

    /// <summary>DiffusionNFT's.</summary>
    [ValidateObjectMembers]
    public TrainingDefaults Nft { get; set; } = new();

    /// <summary>Those of one.</summary>
    public TrainingDefaults Of(TrainingAlgorithm algorithm) => algorithm switch
    {
        TrainingAlgorithm.Ddpo => Ddpo,
        TrainingAlgorithm.Grpo => Grpo,
        TrainingAlgorithm.Draft => Draft,
        TrainingAlgorithm.Rwr => Rwr,
        TrainingAlgorithm.Awm => Awm,
        TrainingAlgorithm.Nft => Nft,
        _ => new(),
    };
}

/// <summary>An algorithm's own; what is left out is as in the library's settings. The library checks them, as it checks what a visitor asks for.</summary>
internal sealed class TrainingDefaults
{
    /// <summary>AdamW's learning rate.</summary>
    public double? LearningRate { get; set; }

    /// <summary>Largest norm of an update's gradient.</summary>
    public double? MaxGradNorm { get; set; }

    /// <summary>Sets them.</summary>
    public void ApplyTo(TrainingOptions options)
    {
        options.LearningRate = LearningRate ?? options.LearningRate;
        options.MaxGradNorm = MaxGradNorm ?? options.MaxGradNorm;
    }
}
