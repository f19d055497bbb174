using System.ComponentModel.DataAnnotations;

namespace Ddpo.Audio;

/// <summary>
/// The settings of DRaFT-K, direct reward fine-tuning (Clark et al. 2023, arXiv:2309.17400): the gradient of the reward goes through reward,
/// vocoder, VAE and the last K denoising steps.
/// </summary>
/// <remarks>
/// Needs rewards that are <c>IDifferentiableReward</c>, such as <c>ClapReward</c> on TorchSharp, without normalization. One batch is in
/// memory with all that made it, from the first of these steps on; <see cref="TrainingOptions.GradientAccumulationSteps"/> batches make an update.
/// </remarks>
public sealed class DraftOptions
{
    /// <summary>
    /// Gets or sets K, the last denoising steps that the gradient goes through, at least 1 and at most the steps of sampling; 0 (the default) takes
    /// all of them. Fewer take less memory and time, and learn less.
    /// </summary>
    [Range(0, int.MaxValue)]
    public int GradientSteps { get; set; }
}
