using System.Diagnostics.CodeAnalysis;

namespace Ddpo.Audio;

/// <summary>The loss of one denoising step of each sample of a batch, whose gradient improves the policy. Stateless; on the pipeline's thread.</summary>
[Experimental(ExperimentalApi.Tensors)]
public interface IPolicyObjective
{
    /// <summary>Gets the names (<c>snake_case</c>) of what <see cref="PolicyLoss.Measured"/> has, always the same.</summary>
    IReadOnlyList<string> Measurements { get; }

    /// <summary>Gets whether the loss needs <see cref="PolicyStep.Reference"/>, which takes a second prediction in every step; not by default.</summary>
    bool NeedsReference => false;

    /// <summary>Computes the loss.</summary>
    PolicyLoss Compute(PolicyStep policyStep);
}

/// <summary>One denoising step of each sample of a batch, under the policy as it is now and as it was when it sampled. fp32.</summary>
/// <param name="LogRatio">log-prob − old log-prob, [batch]; differentiable.</param>
/// <param name="Ratio">
/// exp of it: the probability ratio, [batch]; differentiable. Where <see cref="PolicyGradientOptions.NormalizeRatio"/> is on, exp of what that makes of it.
/// </param>
/// <param name="Advantages">How much better than expected each sample was, [batch].</param>
/// <param name="Prediction">What the model predicts, with guidance, [batch, ...]; differentiable.</param>
/// <param name="Scheduled">The step's distribution: mean, sigma, log-prob; differentiable.</param>
/// <param name="Reference">The same under the model before training; <see langword="null"/> unless the objective needs it.</param>
[Experimental(ExperimentalApi.Tensors)]
public sealed record PolicyStep(
    Tensor LogRatio, Tensor Ratio, Tensor Advantages, Tensor Prediction, StochasticStep Scheduled, ReferenceStep? Reference);

/// <summary>A denoising step under the model as it was before training: constants.</summary>
/// <param name="Prediction">What it predicts from the same latents, with the same conditioning and guidance, [batch, ...].</param>
/// <param name="Scheduled">The step's distribution.</param>
[Experimental(ExperimentalApi.Tensors)]
public sealed record ReferenceStep(Tensor Prediction, StochasticStep Scheduled);

/// <summary>What an objective computed. Belongs to the caller's dispose scope.</summary>
/// <param name="Loss">Scalar, differentiable.</param>
/// <param name="Measured">Scalars without gradients, in the order of <see cref="IPolicyObjective.Measurements"/>; their means are reported.</param>
[Experimental(ExperimentalApi.Tensors)]
public sealed record PolicyLoss(Tensor Loss, IReadOnlyList<Tensor> Measured);
