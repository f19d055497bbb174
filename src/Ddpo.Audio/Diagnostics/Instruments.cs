using System.Diagnostics.Metrics;
using Ddpo.Audio.Runtime;

namespace Ddpo.Audio.Diagnostics;

/// <summary>The library's meter and what it measures.</summary>
internal static class Instruments
{
    private static readonly Meter s_meter = new(DdpoDiagnostics.MeterName, typeof(Instruments).Assembly.GetName().Version?.ToString(3));

    public static Gauge<double> RewardMean { get; } =
        s_meter.CreateGauge<double>(DdpoInstruments.RewardMean, description: "Mean reward of an epoch's samples.");

    public static Gauge<double> RewardStd { get; } =
        s_meter.CreateGauge<double>(DdpoInstruments.RewardStd, description: "Standard deviation of an epoch's rewards.");

    public static Gauge<double> Loss { get; } =
        s_meter.CreateGauge<double>(DdpoInstruments.Loss, description: "Mean clipped surrogate loss of an epoch.");

    public static Gauge<double> ApproxKl { get; } =
        s_meter.CreateGauge<double>(DdpoInstruments.ApproxKl, description: "How far an epoch moved the policy from the one that sampled.");

    public static Gauge<double> ClipFraction { get; } =
        s_meter.CreateGauge<double>(DdpoInstruments.ClipFraction, "1", "Share of ratios beyond the clip range.");

    public static Gauge<double> GradientNorm { get; } =
        s_meter.CreateGauge<double>(DdpoInstruments.GradientNorm, description: "Mean gradient norm before clipping.");

    public static Histogram<double> DenoiseStepDuration { get; } =
        s_meter.CreateHistogram<double>(DdpoInstruments.DenoiseStepDuration, "s", "Time of one denoising step of a batch.");

    public static Histogram<double> EpochDuration { get; } =
        s_meter.CreateHistogram<double>(DdpoInstruments.EpochDuration, "s", "Time of a stage of an epoch.");

    public static Counter<long> Samples { get; } =
        s_meter.CreateCounter<long>(DdpoInstruments.Samples, "{sample}", "Samples that epochs were trained on.");

    public static Counter<long> Updates { get; } =
        s_meter.CreateCounter<long>(DdpoInstruments.Updates, "{update}", "Optimizer steps.");

    public static Counter<long> SkippedUpdates { get; } =
        s_meter.CreateCounter<long>(DdpoInstruments.SkippedUpdates, "{update}", "Updates left out because their gradient was not finite.");

    public static Counter<long> DroppedSamples { get; } =
        s_meter.CreateCounter<long>(DdpoInstruments.DroppedSamples, "{sample}", "Samples not trained on because a reward failed on them.");

    public static ObservableGauge<long> LiveTensors { get; } = s_meter.CreateObservableGauge(
        DdpoInstruments.LiveTensors, () => TensorCount.Total, "{tensor}", "Tensors of all models and threads that are alive between pieces of work.");
}
