using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Ddpo.Audio;

/// <summary>What all policy gradients can be told. Names in parentheses are ddpo-pytorch's, and so are the defaults.</summary>
public abstract class PolicyGradientOptions
{
    private protected PolicyGradientOptions()
    {
    }

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

    /// <summary>
    /// The clipped ratio's distance from 1 (<c>train.clip_range</c>), above 0; 1e-4 by default, flow_grpo's default, too. A loss without a ratio is
    /// not clipped.
    /// </summary>
    [Range(0, float.MaxValue, MinimumIsExclusive = true)]
    public double ClipRange { get; set; } = 1e-4;

    /// <summary>Largest advantage, either way (<c>train.adv_clip_max</c>), above 0; 5 by default, flow_grpo's default, too.</summary>
    [Range(0, float.MaxValue, MinimumIsExclusive = true)]
    public double AdvantageClip { get; set; } = 5;

    /// <summary>
    /// How strongly the policy is pulled back to the model as it was before training, at least 0; 0, the default, is off. The loss gets this times the
    /// divergence of <see cref="KlSpace"/>, for which every training step predicts a second time, without the adapter, so that it needs LoRA. flow_grpo
    /// takes 0.04 for <see cref="KlSpace.Mean"/>, others from 1e-4 to 3e-3 for <see cref="KlSpace.NoisePrediction"/>.
    /// </summary>
    [Range(0, float.MaxValue)]
    public double KlWeight { get; set; }

    /// <summary>What of the policy is compared with the model before training; the predicted noise by default. Without effect where KlWeight is 0.</summary>
    [EnumDataType(typeof(KlSpace))]
    public KlSpace KlSpace { get; set; }

    /// <summary>
    /// Whether the log of the ratio is normalised at each denoising step (GRPO-Guard, arXiv:2510.22319, as in Flow-Factory); off by default
    /// in DDPO, on in GRPO. It is then σ (log p − log p_old + the mean of (μ − μ_old)² / 2σ²), with the step's own noise σ and mean μ: how far the mean
    /// moved along the noise that was drawn. It no longer falls as the policy moves, and steps with little noise no longer drown the others, so that they
    /// need not be left out. ClipRange counts in it, too. Takes as much memory again as the latents of an epoch. Needs a loss with a ratio.
    /// </summary>
    public bool NormalizeRatio { get; set; }

    /// <summary>
    /// A few neighbouring denoising steps that alone are drawn with noise and trained on, as in MixGRPO (arXiv:2507.21802) and flow_grpo's Fast variant;
    /// <see langword="null"/>, the default, draws and trains on all. Training takes the window's share of the time. Validation clips are made as before.
    /// </summary>
    [ValidateObjectMembers]
    public SdeWindowOptions? SdeWindow { get; set; }

    /// <summary>
    /// Whether to measure how large the gradient is at each denoising step, which tells what SkipLastTimesteps should be; off by default. Takes as much
    /// time as training on one more batch in each epoch, and changes no other number.
    /// </summary>
    public bool MeasureStepGradients { get; set; }
}

/// <summary>Where the policy is compared with the model as it was before training.</summary>
public enum KlSpace
{
    /// <summary>The mean of (e − e_ref)² over the elements of the predicted noise e: every denoising step weighs the same.</summary>
    NoisePrediction,

    /// <summary>
    /// The mean of (μ − μ_ref)² / 2σ² over the elements of the denoising step's mean μ: the divergence of the two steps' distributions, per element.
    /// It is the other one times a factor that grows as the step's noise σ falls: with few steps, the last but one outweighs all others.
    /// </summary>
    Mean,
}
