using System.Collections.Immutable;

namespace Ddpo.Audio.Samples;

/// <summary>Where a run is in its life.</summary>
internal enum TrainingStatus
{
    /// <summary>There was no run yet.</summary>
    Idle,

    /// <summary>The model is being loaded.</summary>
    Starting,

    /// <summary>It trains.</summary>
    Running,

    /// <summary>It was asked to stop, and does within one denoising step.</summary>
    Stopping,

    /// <summary>It was stopped, or stopped by itself, as a rule of the settings says; what it learned is saved.</summary>
    Stopped,

    /// <summary>All epochs are done.</summary>
    Finished,

    /// <summary>It failed.</summary>
    Failed,
}

/// <summary>The run at present, or the last one. Immutable.</summary>
internal sealed record TrainingState
{
    /// <summary>Before the first run.</summary>
    public static TrainingState Idle { get; } = new();

    /// <summary>Where it is.</summary>
    public TrainingStatus Status { get; init; }

    /// <summary>The run's name, that of its folder.</summary>
    public string? Run { get; init; }

    /// <summary>How many runs were begun or gone on with, until this one: what is shown of one before it is not of this one.</summary>
    public int Begun { get; init; }

    /// <summary>Epochs in all.</summary>
    public int NumEpochs { get; init; }

    /// <summary>The epoch under way, from 0.</summary>
    public int Epoch { get; init; }

    /// <summary>What it does.</summary>
    public DdpoStage Stage { get; init; }

    /// <summary>Steps of this stage of the epoch that are done.</summary>
    public int Step { get; init; }

    /// <summary>Steps of this stage in all.</summary>
    public int TotalSteps { get; init; }

    /// <summary>Why it failed, or stopped by itself.</summary>
    public string? Reason { get; init; }

    /// <summary>The adapter that it left; none before it ends, and when no epoch was done.</summary>
    public string? Adapter { get; init; }

    /// <summary>The epochs that are done; sent one by one.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public ImmutableArray<EpochPoint> Epochs { get; init; } = [];

    /// <summary>Whether a run is under way.</summary>
    public bool IsActive => Status is TrainingStatus.Starting or TrainingStatus.Running or TrainingStatus.Stopping;

    /// <summary>Whether it can go on from its last whole epoch.</summary>
    public bool CanResume => Status is TrainingStatus.Stopped or TrainingStatus.Failed && !Epochs.IsDefaultOrEmpty;

    /// <summary>Whether a watcher sees a difference, other than in the epochs.</summary>
    public bool LooksLike(TrainingState other) => this with { Epochs = default } == other with { Epochs = default };
}

/// <summary>A point of the reward curve.</summary>
/// <param name="Index">The epoch, from 0.</param>
/// <param name="Mean">Mean of what is trained on; none when all samples were dropped.</param>
/// <param name="Std">Its standard deviation over the epoch's samples.</param>
/// <param name="Parts">Mean of each reward and metric as it was given, by name.</param>
/// <param name="Kl">How far the policy moved, where the algorithm measures it and it can be other than 0.</param>
/// <param name="ClipFraction">Share of ratios that were clipped, where there can be some.</param>
/// <param name="Seconds">How long it took.</param>
internal sealed record EpochPoint(
    int Index, double? Mean, double? Std, IReadOnlyDictionary<string, double?> Parts, double? Kl, double? ClipFraction, double Seconds)
{
    /// <summary>Takes from an epoch what the page shows.</summary>
    public static EpochPoint Of(DdpoEpoch epoch) => new(
        epoch.Index,
        Finite(epoch.Reward.Mean),
        Finite(epoch.Reward.Std),
        epoch.Rewards.Concat(epoch.Metrics).ToDictionary(part => part.Key, part => Finite(part.Value.Mean)),
        Moved(epoch, PolicyGradientMeasurements.ApproxKl),
        Moved(epoch, PolicyGradientMeasurements.ClipFraction),
        epoch.Seconds.Total);

    // A single update is made where the samples come from: its ratios are 1, and these are 0 whatever is learned.
    private static double? Moved(DdpoEpoch epoch, string name) => epoch.Updates > 1 ? Finite(epoch[name]) : null;

    // JSON has no NaN.
    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}
