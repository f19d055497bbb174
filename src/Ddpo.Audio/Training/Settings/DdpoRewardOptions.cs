namespace Ddpo.Audio;

/// <summary>A reward's part in training. Beside these, a reward that is a model has its own settings under the same key.</summary>
public sealed class DdpoRewardOptions
{
    /// <summary>The weight, finite and not 0; 1 by default. A negative weight makes less of it better.</summary>
    public double Weight { get; set; } = 1;

    /// <summary>What is done to its values before they are weighted; nothing by default.</summary>
    public RewardNormalization Normalization { get; set; } = RewardNormalization.None;

    /// <summary>Whether it is only measured (<see cref="DdpoEpoch.Metrics"/>) and not trained on; off by default.</summary>
    public bool MetricOnly { get; set; }

    /// <summary>The file or folder with the model, or its name on the hub, for rewards that load one.</summary>
    public string? Path { get; set; }
}
