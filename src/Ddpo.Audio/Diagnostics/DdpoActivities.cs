namespace Ddpo.Audio;

/// <summary>Names of the activities (spans) of <see cref="DdpoDiagnostics.ActivitySourceName"/>. What fails has the status Error; what is cancelled has not.</summary>
public static class DdpoActivities
{
    /// <summary>Loading a pipeline. Tag: <see cref="DdpoTags.Model"/>.</summary>
    public const string PipelineLoad = "ddpo.pipeline.load";

    /// <summary>One call of <see cref="IDiffusionPipeline.GenerateAsync"/>, the wait in the queue included. Tag: <see cref="DdpoTags.Samples"/>.</summary>
    public const string Generate = "ddpo.generate";

    /// <summary>One training loop, from its first epoch to its end. Tags: <see cref="DdpoTags.Run"/> and, when a rule ended it, <see cref="DdpoTags.StopReason"/>.</summary>
    public const string Train = "ddpo.train";

    /// <summary>One epoch, in <see cref="Train"/>. Tags: <see cref="DdpoTags.Run"/>, <see cref="DdpoTags.Epoch"/>.</summary>
    public const string Epoch = "ddpo.epoch";

    /// <summary>Sampling one batch of an epoch. Tag: <see cref="DdpoTags.Samples"/>.</summary>
    public const string Sample = "ddpo.sample";

    /// <summary>One reward or metric on one batch. Tags: <see cref="DdpoTags.RewardName"/>, <see cref="DdpoTags.Samples"/>.</summary>
    public const string Reward = "ddpo.reward";

    /// <summary>An epoch's policy updates.</summary>
    public const string Update = "ddpo.update";

    /// <summary>Writing the checkpoint that is due after an epoch.</summary>
    public const string Checkpoint = "ddpo.checkpoint";
}
