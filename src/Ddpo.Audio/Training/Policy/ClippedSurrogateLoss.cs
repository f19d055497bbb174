namespace Ddpo.Audio.Training.Policy;

/// <summary>PPO's clipped surrogate objective for one denoising step of each sample (Black et al. 2023, DDPO-IS; Schulman et al. 2017).</summary>
/// <param name="Loss">Scalar, differentiable: mean of max(−A r, −A clamp(r, 1 ± ε)).</param>
/// <param name="Ratio">r = exp(log-prob − old log-prob), [batch].</param>
/// <param name="ApproxKl">Scalar: ½ mean (log-prob − old log-prob)².</param>
/// <param name="ClipFraction">Scalar: share of |r − 1| &gt; ε.</param>
internal sealed record ClippedSurrogateLoss(Tensor Loss, Tensor Ratio, Tensor ApproxKl, Tensor ClipFraction)
{
    /// <summary>Computes the objective; all tensors are fp32 [batch].</summary>
    public static ClippedSurrogateLoss Compute(
        Tensor logProb, Tensor oldLogProb, Tensor advantages, double clipRange, double advantageClip)
    {
        var difference = logProb - oldLogProb;
        var ratio = difference.exp();
        var advantage = advantages.Clamp(-advantageClip, advantageClip);
        var unclipped = -advantage * ratio;
        var clipped = -advantage * ratio.Clamp(1 - clipRange, 1 + clipRange);
        var loss = maximum(unclipped, clipped).mean();

        var observed = ratio.detach();
        return new ClippedSurrogateLoss(
            loss,
            observed,
            difference.detach().Square().mean().Multiply(0.5),
            observed.Subtract(1).abs().IsGreaterThan(clipRange).to(ScalarType.Float32).mean());
    }
}
