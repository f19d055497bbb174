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

    /// <summary>Mean of the algorithm's objective over all training steps; <see cref="double.NaN"/> when there was no update.</summary>
    public required double Loss { get; init; }

    /// <summary>
    /// What is measured besides, by name: <see cref="TrainingMeasurements"/>, and what the algorithm measures; for DDPO and other policy gradients, see
    /// <see cref="PolicyGradientMeasurements"/>. <see cref="double.NaN"/> where there was no update.
    /// </summary>
    public IReadOnlyDictionary<string, double> Measurements { get; init; } = new Dictionary<string, double>();

    /// <summary>Gets one of <see cref="Measurements"/>; <see cref="double.NaN"/> when the algorithm does not measure it.</summary>
    public double this[string measurement] => Measurements.GetValueOrDefault(measurement, double.NaN);

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
