using Ddpo.Audio.Training.Parameters;

namespace Ddpo.Audio.Training.Algorithms.ForwardProcess;

/// <summary>The gradient of an objective at some draws of neighbouring samples.</summary>
/// <param name="diffusion">The model.</param>
/// <param name="parameters">What learns, which knows how to be the model before training.</param>
/// <param name="objective">The loss.</param>
/// <param name="old">The old policy's weights; <see langword="null"/> when the objective needs none.</param>
internal sealed class DrawGradient(ITrainableDiffusion diffusion, IPolicyParameters parameters, IForwardObjective objective, SecondWeights? old)
{
    // The conditional prediction alone is trained.
    private const double NoGuidance = 1;

    /// <summary>Adds the gradient to those of the parameters.</summary>
    /// <param name="draws">The samples, noised, once or several times in a pass.</param>
    /// <param name="conditioning">Of a pass, without guidance.</param>
    /// <param name="weights">Of a pass, fp32 [batch]; those of 0 take no part.</param>
    /// <param name="isOld">Whether the policy is still the old one, which then needs no prediction of its own.</param>
    /// <param name="scale">A factor of the sum of losses.</param>
    /// <param name="metrics">Told what was measured.</param>
    /// <param name="onPass">Called after each pass.</param>
    public void Accumulate(
        IReadOnlyList<NoisedLatents> draws, IConditioning conditioning, Tensor weights, bool isOld, double scale, ForwardMetrics metrics, Action onPass)
    {
        var isTrained = weights.IsNotEqualTo(0).to(ScalarType.Float32);
        var olds = old is null || isOld ? null : Predict(draws, conditioning, old.Use());
        var references = objective.NeedsReference ? Predict(draws, conditioning, parameters.UseReference()) : null;
        for (var i = 0; i < draws.Count; i++)
        {
            using var scope = NewDisposeScope();
            using var gradients = enable_grad();
            var prediction = diffusion.PredictNoise(draws[i].Latents, draws[i].Timesteps, conditioning, NoGuidance);
            var loss = objective.Compute(new ForwardStep(
                draws[i].Noise, draws[i].NoiseToSignal, weights, prediction, objective.NeedsOld ? olds?[i] ?? prediction.detach() : null, references?[i]));
            (loss.Losses * isTrained).sum().Multiply(scale).backward();
            metrics.Add(loss, isTrained);
            onPass();
        }
    }

    /// <summary>What other weights predict, which are in use until all draws are done.</summary>
    private List<Tensor> Predict(IReadOnlyList<NoisedLatents> draws, IConditioning conditioning, IDisposable others)
    {
        using var inUse = others;
        using var noGradient = no_grad();
        return [.. draws.Select(draw => diffusion.PredictNoise(draw.Latents, draw.Timesteps, conditioning, NoGuidance))];
    }
}
