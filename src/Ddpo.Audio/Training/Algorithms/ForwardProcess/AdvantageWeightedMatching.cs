namespace Ddpo.Audio.Training.Algorithms.ForwardProcess;

/// <summary>
/// AWM's loss (scxue/advantage_weighted_matching, <c>train_sd3_awm.py</c>) for predicted noise: PPO's clipped surrogate with −d(e − ε)² for a log-prob,
/// and a pull to the old policy.
/// </summary>
/// <param name="options">Clip range, advantage clip, and the pull's weight.</param>
internal sealed class AdvantageWeightedMatching(AwmOptions options) : IForwardObjective
{
    public IReadOnlyList<string> Measurements { get; } =
        [ForwardProcessMeasurements.RatioMean, ForwardProcessMeasurements.ClipFraction, ForwardProcessMeasurements.OldPolicyKl];

    public bool NeedsOld => true;

    public ForwardLoss Compute(ForwardStep step)
    {
        var advantage = step.Weights.Clamp(-options.AdvantageClip, options.AdvantageClip).Divide(options.AdvantageClip);
        var ratio = Ratio(step);
        var clipped = ratio.Clamp(1 - options.ClipRange, 1 + options.ClipRange);
        var pull = ForwardStep.Distance(step.Prediction, step.Old!);
        var losses = maximum(-advantage * ratio, -advantage * clipped).Add(pull.Multiply(options.OldPolicyWeight));
        var isClipped = ratio.detach().Subtract(1).abs().IsGreaterThan(options.ClipRange).to(ScalarType.Float32);
        return new ForwardLoss(losses, [ratio.detach(), isClipped, pull.detach()]);
    }

    /// <summary>exp(−d(e − ε)² + d(e_old − ε)²), with the same noise for both: [batch].</summary>
    public static Tensor Ratio(ForwardStep step) => (ForwardStep.Distance(step.Old!, step.Noise) - step.DenoisingError).exp();
}
