namespace Ddpo.Audio.Training.Algorithms.PolicyGradient;

/// <summary>
/// GRPO-Guard's normalisation of the ratio of a denoising step (arXiv:2510.22319; Flow-Factory, <c>trainers/grpo.py</c>):
/// σ (log p − log p_old + d((μ − μ_old)²) / 2σ²), d the mean over the elements. With z the noise that was drawn, x = μ_old + σ z, that is d(z (μ − μ_old)),
/// which is computed here: its two large terms, which nearly cancel, do not occur, and it is exactly 0 on the policy that sampled.
/// </summary>
internal static class NormalizedRatio
{
    /// <summary>The log of the ratio of each sample, [batch]; differentiable.</summary>
    /// <param name="scheduled">The step under the policy as it is.</param>
    /// <param name="oldMean">Its mean under the policy that sampled, [batch, ...].</param>
    public static Tensor Log(StochasticStep scheduled, Tensor oldMean)
    {
        var noise = (scheduled.PreviousSample - oldMean) / scheduled.Sigma;
        return (noise * (scheduled.Mean - oldMean)).flatten(1).mean([1]);
    }
}
