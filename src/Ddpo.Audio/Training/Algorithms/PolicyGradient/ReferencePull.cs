namespace Ddpo.Audio.Training.Algorithms.PolicyGradient;

/// <summary>Adds to an objective what pulls the policy back to the model before training: the weighted divergence from it.</summary>
/// <param name="objective">What is added to.</param>
/// <param name="weight">Of the divergence.</param>
/// <param name="space">What is compared.</param>
/// <param name="onlyTrained">Whether samples with an advantage of 0 are left out of the loss, as if they were not there.</param>
internal sealed class ReferencePull(IPolicyObjective objective, double weight, KlSpace space, bool onlyTrained) : IPolicyObjective
{
    public IReadOnlyList<string> Measurements { get; } = [.. objective.Measurements, PolicyGradientMeasurements.ReferenceKl];

    public bool NeedsReference => true;

    /// <summary>An objective with this pull; as it is when the weight is 0.</summary>
    public static IPolicyObjective On(IPolicyObjective objective, PolicyGradientOptions options, bool onlyTrained) =>
        options.KlWeight > 0 ? new ReferencePull(objective, options.KlWeight, options.KlSpace, onlyTrained) : objective;

    public PolicyLoss Compute(PolicyStep policyStep)
    {
        var loss = objective.Compute(policyStep);
        var divergence = Divergence(policyStep, space);
        var counted = onlyTrained ? divergence * policyStep.Advantages.IsNotEqualTo(0).to(ScalarType.Float32) : divergence;
        return new PolicyLoss(loss.Loss.Add(counted.mean().Multiply(weight)), [.. loss.Measured, divergence.detach().mean()]);
    }

    /// <summary>The divergence of each sample's step from the reference's, per element: [batch], differentiable.</summary>
    public static Tensor Divergence(PolicyStep policyStep, KlSpace space)
    {
        var reference = policyStep.Reference ?? throw new InvalidOperationException("Expected a step with its reference, found none.");
        return space == KlSpace.NoisePrediction
            ? Divergence(policyStep.Prediction, reference.Prediction)
            : PerElement((policyStep.Scheduled.Mean - reference.Scheduled.Mean).Square() / policyStep.Scheduled.Sigma.Square().Multiply(2));
    }

    /// <summary>The same of two predictions of noise.</summary>
    public static Tensor Divergence(Tensor prediction, Tensor reference) => PerElement((prediction - reference).Square());

    private static Tensor PerElement(Tensor squares) => squares.flatten(1).mean([1]);
}
