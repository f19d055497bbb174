namespace Ddpo.Audio.Training.Algorithms.ForwardProcess;

/// <summary>What the model is to learn of noised samples: a loss for each. Stateless; on the pipeline's thread.</summary>
internal interface IForwardObjective
{
    /// <summary>The names (<c>snake_case</c>) of what <see cref="ForwardLoss.Measured"/> has, always the same.</summary>
    IReadOnlyList<string> Measurements { get; }

    /// <summary>Whether the loss needs <see cref="ForwardStep.Old"/>.</summary>
    bool NeedsOld => false;

    /// <summary>Whether the loss needs <see cref="ForwardStep.Reference"/>.</summary>
    bool NeedsReference => false;

    /// <summary>Computes the losses.</summary>
    ForwardLoss Compute(ForwardStep step);
}

/// <summary>Samples to which noise was added, and what the model makes of them. fp32.</summary>
/// <param name="Noise">ε, what was added, [batch, ...].</param>
/// <param name="NoiseToSignal">√((1 − ᾱ) / ᾱ) of each sample's timestep, [batch].</param>
/// <param name="Weights">The advantage or weight of each sample, [batch].</param>
/// <param name="Prediction">e, the noise that the model predicts, without guidance, [batch, ...]; differentiable.</param>
/// <param name="Old">e under the old policy, a constant; <see langword="null"/> unless the objective needs it.</param>
/// <param name="Reference">e under the model before training, a constant; <see langword="null"/> unless the objective needs it.</param>
internal sealed record ForwardStep(Tensor Noise, Tensor NoiseToSignal, Tensor Weights, Tensor Prediction, Tensor? Old, Tensor? Reference)
{
    /// <summary>d(e − ε)², differentiable: [batch].</summary>
    public Tensor DenoisingError => Distance(Prediction, Noise);

    /// <summary>The mean over a sample's elements of the square of a difference: [batch].</summary>
    public static Tensor Distance(Tensor left, Tensor right) => PerSample((left - right).Square());

    /// <summary>The mean over a sample's elements: [batch].</summary>
    public static Tensor PerSample(Tensor values) => values.flatten(1).mean([1]);
}

/// <summary>What an objective computed. Belongs to the caller's dispose scope.</summary>
/// <param name="Losses">[batch], differentiable.</param>
/// <param name="Measured">[batch] each, without gradients, in the order of <see cref="IForwardObjective.Measurements"/>; their means are reported.</param>
internal sealed record ForwardLoss(Tensor Losses, IReadOnlyList<Tensor> Measured);
