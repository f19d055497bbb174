namespace Ddpo.Audio;

/// <summary>Names of the instruments of <see cref="DdpoDiagnostics.MeterName"/>. Those of training carry <see cref="DdpoTags.Run"/>.</summary>
public static class DdpoInstruments
{
    /// <summary>Gauge: an epoch's mean reward. Tags: <see cref="DdpoTags.RewardKind"/> and, but for the total, <see cref="DdpoTags.RewardName"/>.</summary>
    public const string RewardMean = "ddpo.reward.mean";

    /// <summary>Gauge: the standard deviation of an epoch's rewards. Tags as <see cref="RewardMean"/>.</summary>
    public const string RewardStd = "ddpo.reward.std";

    /// <summary>Gauge: <see cref="DdpoEpoch.Loss"/>.</summary>
    public const string Loss = "ddpo.loss";

    /// <summary>Gauge: <see cref="PolicyGradientMeasurements.ApproxKl"/>, where the algorithm measures it.</summary>
    public const string ApproxKl = "ddpo.approx_kl";

    /// <summary>Gauge, from 0 to 1: <see cref="PolicyGradientMeasurements.ClipFraction"/>, where the algorithm measures it.</summary>
    public const string ClipFraction = "ddpo.clip_fraction";

    /// <summary>Gauge: <see cref="DdpoEpoch.GradientNorm"/>.</summary>
    public const string GradientNorm = "ddpo.gradient.norm";

    /// <summary>
    /// Histogram in s: one denoising step of a batch while sampling. Tag: <see cref="DdpoTags.Operation"/>. The host's time: a GPU that
    /// is behind with its work shows in the step that waits for it.
    /// </summary>
    public const string DenoiseStepDuration = "ddpo.denoise.step.duration";

    /// <summary>Histogram in s: an epoch's time in a stage (<see cref="StageSeconds"/>). Tag: <see cref="DdpoTags.Stage"/>.</summary>
    public const string EpochDuration = "ddpo.epoch.duration";

    /// <summary>Counter in {sample}: samples that epochs were trained on.</summary>
    public const string Samples = "ddpo.samples";

    /// <summary>Counter in {update}: optimizer steps.</summary>
    public const string Updates = "ddpo.updates";

    /// <summary>Counter in {update}: updates that were left out because their gradient was not finite.</summary>
    public const string SkippedUpdates = "ddpo.updates.skipped";

    /// <summary>Counter in {sample}: samples that were not trained on because a reward failed on them.</summary>
    public const string DroppedSamples = "ddpo.samples.dropped";

    /// <summary>
    /// Gauge in {tensor}, observed when asked for: tensors of all models and threads of the library that are alive between pieces of
    /// work. It must not grow from epoch to epoch.
    /// </summary>
    public const string LiveTensors = "ddpo.tensors.live";
}
