namespace Ddpo.Audio.Training.Algorithms.PolicyGradient;

/// <summary>The score function estimator (Black et al. 2023, DDPO-SF; REINFORCE): mean of −A log p, with A clamped.</summary>
/// <param name="advantageClip">The largest A, either way.</param>
internal sealed class ScoreFunction(double advantageClip) : IPolicyObjective
{
    public IReadOnlyList<string> Measurements { get; } = [];

    public PolicyLoss Compute(PolicyStep policyStep)
    {
        var advantage = policyStep.Advantages.Clamp(-advantageClip, advantageClip);
        return new PolicyLoss((-advantage * policyStep.Scheduled.LogProb).mean(), []);
    }
}
