using System.ComponentModel.DataAnnotations;

namespace Ddpo.Audio;

/// <summary>How the samples of an epoch are made. Names in parentheses are ddpo-pytorch's.</summary>
public sealed class SamplingOptions
{
    /// <summary>Denoising steps of each sample (<c>sample.num_steps</c>), from 1; 20 by default. The most is the scheduler's training
    /// steps less its <c>steps_offset</c>, where it spaces them from the lower end (leading): 999 of AudioLDM2's 1000, as in diffusers.</summary>
    [Range(1, int.MaxValue)]
    public int NumInferenceSteps { get; set; } = 20;

    /// <summary>Length of each sample (<c>sample.duration</c>), above 0 and at most 10 minutes; 10 s by default.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00", MinimumIsExclusive = true)]
    public TimeSpan Duration { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Share of fresh noise in each step (<c>sample.eta</c>), from 0 to 1 (the default). Above 0 in policy gradients: the policy's action is that noise, and
    /// with 0 there is no action, and the log-prob is infinite. RWR, AWM, DiffusionNFT and DRaFT take 0, too.
    /// </summary>
    [Range(0d, 1d)]
    public double Eta { get; set; } = 1;

    /// <summary>Strength of classifier-free guidance (<c>sample.guidance_scale</c>), at least 0; 3.5 by default. 1 or less turns it off.</summary>
    [Range(0, float.MaxValue)]
    public double GuidanceScale { get; set; } = 3.5;

    /// <summary>Samples made at once (<c>sample.batch_size</c>), at least 1; 8 by default.</summary>
    [Range(1, int.MaxValue)]
    public int BatchSize { get; set; } = 8;

    /// <summary>Batches in an epoch (<c>sample.num_batches_per_epoch</c>), at least 1; 4 by default.</summary>
    [Range(1, int.MaxValue)]
    public int NumBatchesPerEpoch { get; set; } = 4;

    /// <summary>What to steer away from, for prompts without a negative text of their own; empty by default. Ignored without guidance.</summary>
    [Required(AllowEmptyStrings = true, ErrorMessage = "expected a text, which may be empty.")]
    public string NegativePrompt { get; set; } = "";

    /// <summary>
    /// Whether rewards score a batch while the next one is being sampled, different rewards at the same time; on by default. Off
    /// does one thing at a time, for a device that has no memory or time to spare: two cores have none, and are a seventh faster so with the small model of
    /// the samples. The numbers are the same either way.
    /// </summary>
    public bool OverlapRewards { get; set; } = true;

    /// <summary>
    /// Whether, in a job of several processes, rank 0 scores all clips, which are sent to it; off by default: each rank scores its own. On, rewards that exist
    /// once only, such as a service's, are asked by one process. The numbers are the same either way. Not for DRaFT, whose gradient goes through the rewards.
    /// </summary>
    public bool ScoreOnRankZero { get; set; }

    /// <summary>Whether samples are made with guidance.</summary>
    internal bool IsGuided => GuidanceScale > 1;
}
