using System.Diagnostics.CodeAnalysis;

namespace Ddpo.Audio;

/// <summary>
/// A scheduler whose steps are drawn from a normal distribution, so that each has a log-prob. Belongs to the thread that owns the tensors;
/// owner of its tensors.
/// </summary>
[Experimental(ExperimentalApi.Tensors)]
public interface IStochasticScheduler : IDisposable
{
    /// <summary>Gets the timesteps in the order of denoising, from high to low.</summary>
    IReadOnlyList<long> Timesteps { get; }

    /// <summary>Draws the next sample: the mean plus sigma times the given noise.</summary>
    /// <param name="modelOutput">What the model predicts, in any float type.</param>
    /// <param name="timesteps">int64 on the device: one for all samples, or one for each.</param>
    /// <param name="sample">The noisy samples, [batch, ...].</param>
    /// <param name="noise">Standard normal noise in the sample's shape.</param>
    StochasticStep Sample(Tensor modelOutput, Tensor timesteps, Tensor sample, Tensor noise);

    /// <summary>Scores a sample drawn before; differentiable with respect to <paramref name="modelOutput"/>.</summary>
    /// <param name="modelOutput">What the model predicts, in any float type.</param>
    /// <param name="timesteps">int64 on the device: one for all samples, or one for each.</param>
    /// <param name="sample">The noisy samples, [batch, ...].</param>
    /// <param name="previousSample">The samples that followed; a constant: no gradient flows into it.</param>
    StochasticStep Score(Tensor modelOutput, Tensor timesteps, Tensor sample, Tensor previousSample);

    /// <summary>Adds noise to clean samples: as much as they have before the step at a timestep.</summary>
    /// <param name="original">Clean samples, [batch, ...].</param>
    /// <param name="timesteps">int64 on the device: one for all samples, or one for each.</param>
    /// <param name="noise">Standard normal noise in the samples' shape.</param>
    /// <returns>The noisy samples, fp32.</returns>
    /// <exception cref="NotSupportedException">The scheduler cannot, which is the default; DRaFT-LV needs it.</exception>
    Tensor AddNoise(Tensor original, Tensor timesteps, Tensor noise) =>
        throw new NotSupportedException($"{GetType().Name} has no AddNoise, which this algorithm needs.");
}

/// <summary>One step of a stochastic scheduler; its tensors belong to the caller's dispose scope.</summary>
/// <param name="PreviousSample">The next, less noisy samples, [batch, ...]: drawn, or those given.</param>
/// <param name="Mean">The mean of the distribution they are from, [batch, ...], fp32.</param>
/// <param name="Sigma">Its standard deviation, [batch or 1, 1, ...], fp32.</param>
/// <param name="LogProb">The log-density of the samples, averaged over their elements: [batch], fp32; not finite at a step without noise.</param>
[Experimental(ExperimentalApi.Tensors)]
public sealed record StochasticStep(Tensor PreviousSample, Tensor Mean, Tensor Sigma, Tensor LogProb);
