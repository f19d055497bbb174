namespace Ddpo.Audio.Training.Algorithms.ForwardProcess;

/// <summary>
/// DiffusionNFT's loss (NVlabs/DiffusionNFT, <c>train_nft_sd3.py</c>) for predicted noise: a positive policy, on the trained one's side of the old one, shall
/// explain good samples, and a negative one, on the other side, bad samples.
/// </summary>
/// <param name="options">Beta, advantage clip and optimality scale.</param>
internal sealed class NegativeAwareMatching(NftOptions options) : IForwardObjective
{
    // Of the reference: what keeps the weight of a perfect prediction from infinity.
    private const double LeastError = 1e-5;

    public IReadOnlyList<string> Measurements { get; } = [ForwardProcessMeasurements.OptimalityMean, ForwardProcessMeasurements.OldPolicyKl];

    public bool NeedsOld => true;

    public ForwardLoss Compute(ForwardStep step)
    {
        var optimality = Optimality(step.Weights);
        var (_, positive) = Branch(step, options.Beta);
        var (_, negative) = Branch(step, -options.Beta);
        var losses = (optimality * positive).Add(optimality.SubtractFrom(1) * negative).Multiply(options.AdvantageClip / options.Beta);
        return new ForwardLoss(losses, [optimality, ForwardStep.Distance(step.Prediction.detach(), step.Old!)]);
    }

    /// <summary>How good samples are, from 0 to 1, by their advantages.</summary>
    public Tensor Optimality(Tensor advantages) => advantages.Clamp(-options.AdvantageClip, options.AdvantageClip)
        .Multiply(options.OptimalityScale / (2 * options.AdvantageClip)).Add(0.5).Clamp(0, 1);

    /// <summary>
    /// The error of the clean sample that e_old + β (e − e_old) leads to, squared and over its mean size: [batch]. That error is ε's, times noise to signal.
    /// </summary>
    public static (Tensor Weight, Tensor Loss) Branch(ForwardStep step, double beta)
    {
        var error = step.Prediction.Multiply(beta).Add(step.Old!.Multiply(1 - beta)) - step.Noise;
        var size = ForwardStep.PerSample(error.detach().abs().to(ScalarType.Float64)).to(ScalarType.Float32);
        var weight = (size * step.NoiseToSignal).ClampMin(LeastError);
        return (weight, ForwardStep.PerSample(error.Square()) * step.NoiseToSignal.Square() / weight);
    }
}
