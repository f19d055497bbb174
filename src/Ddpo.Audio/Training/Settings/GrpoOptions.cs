using System.ComponentModel.DataAnnotations;

namespace Ddpo.Audio;

/// <summary>
/// The settings of GRPO, group relative policy optimisation of diffusion models (Flow-GRPO, Liu et al. 2025, arXiv:2505.05470). Names in parentheses are
/// flow_grpo's, and so are the defaults, but for those that say otherwise.
/// </summary>
public sealed class GrpoOptions : PolicyGradientOptions
{
    /// <summary>Takes the defaults. The ratio is normalised, unlike in flow_grpo: with few denoising steps, one of them would rule what is learned.</summary>
    /// <remarks>
    /// On the musicbox (5 steps, 14 epochs of 32 samples, 8 of each prompt, learning rate 3e-3, clip range 1e-3) 72 held-out clips gained 0.065, 0.044 and 0.104 CLAP
    /// with it, and 0.024, -0.012 and 0.033 without, with seeds 1 to 3.
    /// </remarks>
    public GrpoOptions() => NormalizeRatio = true;

    /// <summary>
    /// Samples of each prompt that is drawn (<c>sample.num_image_per_prompt</c>), which are measured against each other, at least 2; 16 by default, as in
    /// Flow-Factory (flow_grpo takes 24, DanceGRPO 12). Must divide the samples of an epoch; a prompt that is drawn twice in an epoch makes one group of
    /// twice the size.
    /// </summary>
    [Range(2, int.MaxValue)]
    public int SamplesPerPrompt { get; set; } = 16;

    /// <summary>What the distance from the group's mean is divided by (<c>sample.global_std</c>); the epoch's standard deviation by default.</summary>
    [EnumDataType(typeof(AdvantageScale))]
    public AdvantageScale AdvantageScale { get; set; }

    /// <summary>
    /// Whether groups in which all samples got the same reward are left out; on by default. They have nothing to tell, and what rounding makes of them is
    /// noise. Training batches that have no other samples are then not computed, which saves their time.
    /// </summary>
    public bool FilterZeroVariance { get; set; } = true;
}

/// <summary>What the distance of a reward from its group's mean is divided by. Standard deviations are those of a population, plus 1e-4.</summary>
public enum AdvantageScale
{
    /// <summary>The standard deviation of all rewards of the epoch: a group whose samples hardly differ moves hardly anything.</summary>
    Global,

    /// <summary>The standard deviation of the group's rewards: every group weighs the same.</summary>
    Group,
}
