using System.Text.Json.Serialization;

namespace Ddpo.Audio;

/// <summary>The validation clips after some epochs: what they scored, and what has changed since the first.</summary>
public sealed record ValidationRound
{
    /// <summary>Gets the epochs done when they were made; 0 before the first.</summary>
    public required int Epochs { get; init; }

    /// <summary>Gets the folder that those clips are in which are kept.</summary>
    [JsonIgnore]
    public string Folder { get; init; } = "";

    /// <summary>Gets the clips that are kept, in order.</summary>
    [JsonIgnore]
    public IReadOnlyList<SampleEntry> Samples { get; init; } = [];

    /// <summary>Gets the weighted sum of each clip's rewards, as they are: a normalization of training has no part in it. <see langword="null"/> when they failed on all clips.</summary>
    public RewardStatistics? Reward { get; init; }

    /// <summary>Gets each reward and metric, over all clips, by name.</summary>
    public required IReadOnlyDictionary<string, RewardStatistics> Rewards { get; init; }

    /// <summary>Gets how often each classifier heard what the prompts ask for, by name.</summary>
    public required IReadOnlyDictionary<string, Accuracy> Accuracy { get; init; }

    /// <summary>
    /// Gets how far all clips together are from those of <see cref="ValidationOptions.ReferenceFolder"/>, each number with all that it depends on; empty where there is none.
    /// </summary>
    public IReadOnlyList<SetDistance> SetDistances { get; init; } = [];

    /// <summary>Gets what has changed since the run's first round, clip by clip; <see langword="null"/> in the first.</summary>
    public ValidationChange? Change { get; init; }

    /// <summary>Gets how long making and scoring them took.</summary>
    public required double Seconds { get; init; }
}

/// <summary>Differences, clip by clip, to the same clips before: their means and standard errors say more than two means do.</summary>
/// <param name="Reward">Of the weighted sum; <see langword="null"/> when no clip has both.</param>
/// <param name="Rewards">Of each reward and metric, by name.</param>
/// <param name="Accuracy">Of each classifier's hits (1 or 0), by name.</param>
public sealed record ValidationChange(
    RewardStatistics? Reward, IReadOnlyDictionary<string, RewardStatistics> Rewards, IReadOnlyDictionary<string, RewardStatistics> Accuracy);
