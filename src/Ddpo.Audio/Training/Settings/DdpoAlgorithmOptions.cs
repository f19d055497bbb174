using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Ddpo.Audio;

/// <summary>
/// The settings of DDPO, the importance-sampling variant (Black et al. 2023, arXiv:2305.13301). Names in parentheses are ddpo-pytorch's, and
/// so are the defaults.
/// </summary>
public sealed class DdpoAlgorithmOptions
{
    /// <summary>Passes over an epoch's samples (<c>train.num_inner_epochs</c>), at least 1 (the default).</summary>
    [Range(1, int.MaxValue)]
    public int NumInnerEpochs { get; set; } = 1;

    /// <summary>Share of each sample's timesteps to train on (<c>train.timestep_fraction</c>), above 0, at most 1 (the default).</summary>
    [Range(0d, 1d, MinimumIsExclusive = true)]
    public double TimestepFraction { get; set; } = 1;

    /// <summary>
    /// How many of each sample's last timesteps never to train on, from 0 (the default) to one less than there are; the fraction is
    /// taken of the others. With few denoising steps the last ones hardly change what is heard, but their noise is small, and the
    /// log-prob's gradient goes with one over it: they then drown the gradients of the steps that matter. (DanceGRPO leaves out one.)
    /// </summary>
    [Range(0, int.MaxValue)]
    public int SkipLastTimesteps { get; set; }

    /// <summary>
    /// Whether training predicts with the guidance that sampled (<c>train.cfg</c>); on by default. Off halves the work, but the
    /// trained policy is then not the one that sampled. Ignored when sampling has no guidance.
    /// </summary>
    public bool ClassifierFreeGuidance { get; set; } = true;

    /// <summary>The clipped ratio's distance from 1 (<c>train.clip_range</c>), above 0; 1e-4 by default.</summary>
    [Range(0, double.MaxValue, MinimumIsExclusive = true)]
    public double ClipRange { get; set; } = 1e-4;

    /// <summary>Largest advantage, either way (<c>train.adv_clip_max</c>), above 0; 5 by default.</summary>
    [Range(0, double.MaxValue, MinimumIsExclusive = true)]
    public double AdvantageClip { get; set; } = 5;

    /// <summary>
    /// Normalises rewards by their prompt's own statistics (<c>per_prompt_stat_tracking</c>); <see langword="null"/> normalises by
    /// the epoch's. On by default.
    /// </summary>
    [ValidateObjectMembers]
    public PerPromptStatTrackingOptions? PerPromptStatTracking { get; set; } = new();
}

/// <summary>How rewards are remembered for each prompt.</summary>
public sealed class PerPromptStatTrackingOptions
{
    /// <summary>Rewards remembered for each prompt (<c>buffer_size</c>), at least 1; 16 by default.</summary>
    [Range(1, int.MaxValue)]
    public int BufferSize { get; set; } = 16;

    /// <summary>Rewards that a prompt needs before its own statistics count (<c>min_count</c>), from 1 to the buffer's size; 16 by default.</summary>
    [Range(1, int.MaxValue)]
    public int MinCount { get; set; } = 16;
}
