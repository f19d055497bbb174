namespace Ddpo.Audio.Training.Algorithms.ForwardProcess;

/// <summary>RWR's loss: w d(e − ε)², the loss that diffusion models are trained with, times each sample's weight (jannerm/ddpo, <c>training/diffusion.py</c>).</summary>
internal sealed class WeightedRegression : IForwardObjective
{
    public IReadOnlyList<string> Measurements { get; } = [];

    public ForwardLoss Compute(ForwardStep step) => new(step.Weights * step.DenoisingError, []);
}
