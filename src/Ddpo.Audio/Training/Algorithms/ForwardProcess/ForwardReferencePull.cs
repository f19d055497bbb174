namespace Ddpo.Audio.Training.Algorithms.ForwardProcess;

/// <summary>Adds to an objective what pulls the model back to what it was before training: the weighted d(e − e_ref)².</summary>
/// <param name="objective">What is added to.</param>
/// <param name="weight">Of the pull.</param>
internal sealed class ForwardReferencePull(IForwardObjective objective, double weight) : IForwardObjective
{
    public IReadOnlyList<string> Measurements { get; } = [.. objective.Measurements, ForwardProcessMeasurements.ReferenceKl];

    public bool NeedsOld => objective.NeedsOld;

    public bool NeedsReference => true;

    /// <summary>An objective with this pull; as it is when the weight is 0.</summary>
    public static IForwardObjective On(IForwardObjective objective, double weight) => weight > 0 ? new ForwardReferencePull(objective, weight) : objective;

    public ForwardLoss Compute(ForwardStep step)
    {
        var loss = objective.Compute(step);
        var divergence = ForwardStep.Distance(step.Prediction, step.Reference!);
        return new ForwardLoss(loss.Losses.Add(divergence.Multiply(weight)), [.. loss.Measured, divergence.detach()]);
    }
}
