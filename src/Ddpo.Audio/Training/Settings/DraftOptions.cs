using System.ComponentModel.DataAnnotations;

namespace Ddpo.Audio;

/// <summary>
/// The settings of DRaFT-K, direct reward fine-tuning (Clark et al. 2023, arXiv:2309.17400): the gradient of the reward goes through reward,
/// vocoder, VAE and the last K denoising steps.
/// </summary>
/// <remarks>
/// Needs rewards that are <c>IDifferentiableReward</c>, such as <c>ClapReward</c> and <c>EmopiaReward</c> on TorchSharp, without normalization. Any
/// <see cref="SamplingOptions.Eta"/> will do, 0 too. Samples are made without gradients; then each step is done again with them, from the last one
/// back, so that memory holds one denoising step, or the decoder, whatever K is. <see cref="TrainingOptions.GradientAccumulationSteps"/> batches
/// make an update.
/// </remarks>
public sealed class DraftOptions
{
    /// <summary>
    /// Gets or sets K, the last denoising steps that the gradient goes through, at least 1 and at most the steps of sampling; 0 (the default) takes
    /// all of them. Fewer take less time, and learn less.
    /// </summary>
    [Range(0, int.MaxValue)]
    public int GradientSteps { get; set; }

    /// <summary>
    /// Gets or sets n of DRaFT-LV (the paper takes 2): how often noise is added to each sample anew, from which the last step then
    /// makes it again; the gradient is the mean over the sample and these. At least 0 (the default, off); needs a <see cref="GradientSteps"/> of 1. Each takes
    /// as much time as scoring and differentiating the sample. What an epoch reports of rewards is about the samples alone.
    /// </summary>
    [Range(0, int.MaxValue)]
    public int Renoisings { get; set; }

    /// <summary>
    /// Gets or sets whether each sample's gradient with respect to its latents is brought to one length (L2), its share of the update (1 / batch where a batch is an update), before each denoising step that it goes back through;
    /// <see langword="false"/>, the default, is the paper's. Rewards that level off, such as a classifier's, have slopes a hundred times as long for some samples as for others, and
    /// each step may make a long one longer, so that a few of a batch decide: with it, all samples and steps count alike. A length of 0 stays 0. How large the rewards' weights are together then makes no difference, only how they compare;
    /// <see cref="TrainingOptions.MaxGradNorm"/> and <see cref="KlWeight"/> meet gradients of this length, and 1, the former's default, clips nearly every update: give it room, such as 10.
    /// </summary>
    public bool NormalizeGradients { get; set; }

    /// <summary>
    /// Gets or sets how strongly the model is pulled back to what it was before training, at least 0; 0, the default, is off. The loss gets this times the mean
    /// of (e − e_ref)² over the elements of the predicted noise e at the steps of <see cref="GradientSteps"/>, as <see cref="KlSpace.NoisePrediction"/> does in
    /// policy gradients; the latents count as constants in it. Each of these steps predicts a second time, without the adapter, so that it needs LoRA.
    /// </summary>
    [Range(0, float.MaxValue)]
    public double KlWeight { get; set; }

    /// <summary>
    /// Gets or sets how many samples of a batch are decoded, scored and differentiated at once, which is what takes memory; at least 1, and it divides
    /// the sampling batch. 0 (the default) takes the whole batch. Changes the gradient by rounding only.
    /// </summary>
    [Range(0, int.MaxValue)]
    public int MicroBatchSize { get; set; }

    /// <summary>K, as a number of steps.</summary>
    internal int GradientStepsOf(SamplingOptions sampling) => GradientSteps == 0 ? sampling.NumInferenceSteps : GradientSteps;

    /// <summary>The samples that are differentiated at once.</summary>
    internal int MicroBatchOf(int batch) => MicroBatchSize == 0 ? batch : MicroBatchSize;
}
