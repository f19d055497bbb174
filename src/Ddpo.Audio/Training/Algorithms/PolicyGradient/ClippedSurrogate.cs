namespace Ddpo.Audio.Training.Algorithms.PolicyGradient;

/// <summary>
/// PPO's clipped surrogate objective (Black et al. 2023, DDPO-IS; Schulman et al. 2017): mean of max(−A r, −A clamp(r, 1 ± ε)), with A clamped, too.
/// </summary>
/// <param name="clipRange">ε.</param>
/// <param name="advantageClip">The largest A, either way.</param>
internal sealed class ClippedSurrogate(double clipRange, double advantageClip) : IPolicyObjective
{
    public IReadOnlyList<string> Measurements { get; } = [PolicyGradientMeasurements.ClipFraction];

    public PolicyLoss Compute(PolicyStep policyStep)
    {
        var advantage = policyStep.Advantages.Clamp(-advantageClip, advantageClip);
        var unclipped = -advantage * policyStep.Ratio;
        var clipped = -advantage * policyStep.Ratio.Clamp(1 - clipRange, 1 + clipRange);
        var clipFraction = policyStep.Ratio.detach().Subtract(1).abs().IsGreaterThan(clipRange).to(ScalarType.Float32).mean();
        return new PolicyLoss(maximum(unclipped, clipped).mean(), [clipFraction]);
    }
}
