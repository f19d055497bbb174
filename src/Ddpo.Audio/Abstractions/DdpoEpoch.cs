using System.Text.Json.Serialization;

namespace Ddpo.Audio;

/// <summary>What one epoch of training measured.</summary>
public sealed record DdpoEpoch
{
    /// <summary>The epoch's number, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>What was trained on, over the epoch's samples: the weighted sum of the rewards, each normalised as it was added.</summary>
    public required RewardStatistics Reward { get; init; }

    /// <summary>Each reward as it was given, before normalisation and weighting, by name.</summary>
    public required IReadOnlyDictionary<string, RewardStatistics> Rewards { get; init; }

    /// <summary>Each metric, by name: measured on the same samples, not trained on. Empty without metrics.</summary>
    public required IReadOnlyDictionary<string, RewardStatistics> Metrics { get; init; }

    /// <summary>Mean of the clipped surrogate loss over all training steps.</summary>
    public required double Loss { get; init; }

    /// <summary>Mean of ½ (log-prob − old log-prob)²: how far the policy moved from the one that sampled.</summary>
    public required double ApproxKl { get; init; }

    /// <summary>Share of ratios, from 0 to 1, further from 1 than the clip range.</summary>
    public required double ClipFraction { get; init; }

    /// <summary>Mean probability ratio of new to old policy.</summary>
    public required double RatioMean { get; init; }

    /// <summary>
    /// Largest |ratio − 1| before the epoch's first update, where the policy is still the one that sampled: exactly 0 when
    /// sampling and training agree.
    /// </summary>
    public required double OnPolicyRatioError { get; init; }

    /// <summary>Mean gradient norm before clipping.</summary>
    public required double GradientNorm { get; init; }

    /// <summary>Optimizer steps taken in this epoch.</summary>
    public required int Updates { get; init; }

    /// <summary>
    /// Updates that were left out because their gradient was not finite. Means are over those that were taken, and
    /// <see cref="double.NaN"/> where there was none.
    /// </summary>
    public int SkippedUpdates { get; init; }

    /// <summary>Samples that were not trained on because a reward failed on them; see <see cref="RewardFailureOptions"/>.</summary>
    public int DroppedSamples { get; init; }

    /// <summary>
    /// Why training ended with this epoch: a rule of <see cref="StoppingOptions"/> and its numbers. <see langword="null"/> in all other epochs.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? StopReason { get; init; }

    /// <summary>Seconds by stage.</summary>
    public required StageSeconds Seconds { get; init; }
}

/// <summary>Wall-clock seconds of an epoch's stages. They follow one another, so that they add up to the epoch's.</summary>
/// <param name="Sampling">Prompt encoding, denoising and decoding to audio, with the scoring that went on meanwhile.</param>
/// <param name="Reward">
/// Waiting for rewards and metrics while nothing was sampled. Near 0 when they are faster than sampling and overlap with it
/// (<see cref="SamplingOptions.OverlapRewards"/>), but for the last batch; all of their time when they do not overlap.
/// </param>
/// <param name="Training">Advantages and policy updates.</param>
public sealed record StageSeconds(double Sampling, double Reward, double Training)
{
    /// <summary>All stages: the epoch's wall-clock time.</summary>
    public double Total => Sampling + Reward + Training;
}
