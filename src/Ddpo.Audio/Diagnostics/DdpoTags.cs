namespace Ddpo.Audio;

/// <summary>Names of the tags of activities and measurements.</summary>
public static class DdpoTags
{
    /// <summary>The name of a run's folder (<see cref="CheckpointOptions.Directory"/>, its last part), or empty.</summary>
    public const string Run = "ddpo.run";

    /// <summary>An epoch's number, from 0.</summary>
    public const string Epoch = "ddpo.epoch";

    /// <summary>The name of a reward or metric.</summary>
    public const string RewardName = "ddpo.reward.name";

    /// <summary><c>total</c> for the weighted sum that is trained on, <c>reward</c> for one of its parts, or <c>metric</c>.</summary>
    public const string RewardKind = "ddpo.reward.kind";

    /// <summary>A stage of an epoch: <c>sampling</c>, <c>reward</c> or <c>training</c>.</summary>
    public const string Stage = "ddpo.stage";

    /// <summary>What denoising is for: <c>generate</c> or <c>train</c>.</summary>
    public const string Operation = "ddpo.operation";

    /// <summary>Which rule ended training (<see cref="DdpoEpoch.StopReason"/>).</summary>
    public const string StopReason = "ddpo.stop_reason";

    /// <summary>A number of samples.</summary>
    public const string Samples = "ddpo.samples";

    /// <summary>The name of a checkpoint's folder.</summary>
    public const string Model = "ddpo.model";
}
