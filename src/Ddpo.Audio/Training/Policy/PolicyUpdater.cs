using System.Globalization;
using Ddpo.Audio.Pipelines;
using Ddpo.Audio.Schedulers;

namespace Ddpo.Audio.Training.Policy;

/// <summary>Accumulates the objective's gradients and takes AdamW steps: ddpo-pytorch's inner loop.</summary>
internal sealed class PolicyUpdater : IDisposable
{
    private readonly Denoiser _denoiser;
    private readonly DdimPolicy _policy;
    private readonly double _guidanceScale;
    private readonly TrainingOptions _training;
    private readonly DdpoAlgorithmOptions _ddpo;
    private readonly IReadOnlyList<Parameter> _parameters;
    private readonly AdamW _optimizer;

    public PolicyUpdater(
        Denoiser denoiser, DdimPolicy policy, IReadOnlyList<Parameter> parameters, double guidanceScale, TrainingOptions training, DdpoAlgorithmOptions ddpo)
    {
        (_denoiser, _policy, _parameters, _guidanceScale, _training, _ddpo) = (denoiser, policy, parameters, guidanceScale, training, ddpo);
        _optimizer = new AdamW(parameters, training);
    }

    /// <summary>Adds the gradient of one denoising step of each sample of <paramref name="batch"/>.</summary>
    /// <param name="batch">The samples.</param>
    /// <param name="columns">The step of each sample, int64 [count].</param>
    /// <param name="accumulation">Calls between two updates; the loss is divided by it.</param>
    /// <param name="metrics">Told what was measured.</param>
    /// <returns>What was measured; belongs to the caller's dispose scope.</returns>
    public ClippedSurrogateLoss Accumulate(TrainingBatch batch, Tensor columns, long accumulation, UpdateMetrics metrics)
    {
        using var gradients = enable_grad();
        var (timesteps, latents, nextLatents, oldLogProbs) = batch.At(columns);
        var output = _denoiser.Predict(latents, timesteps, batch.Text, _guidanceScale);
        var step = _policy.Score(output, timesteps, latents, nextLatents);
        var loss = ClippedSurrogateLoss.Compute(
            step.LogProb, oldLogProbs, batch.AdvantageValues, _ddpo.ClipRange, _ddpo.AdvantageClip);
        loss.Loss.Divide(accumulation).backward();
        metrics.Add(loss);
        return loss;
    }

    /// <summary>Updates left out since the last one that was taken.</summary>
    public int SkippedInARow { get; set; }

    /// <summary>AdamW's memory of each parameter, in their order.</summary>
    public IReadOnlyList<AdamWMoments> Moments => _optimizer.Moments;

    /// <summary>Clips the accumulated gradient, takes an optimizer step and clears the gradient.</summary>
    /// <returns>The gradient's norm before clipping. When it is not finite the step was left out, and the weights are as before.</returns>
    /// <exception cref="InvalidOperationException">Too many steps in a row were left out.</exception>
    public double Step()
    {
        var norm = GradientClipping.ByNorm(_parameters, _training.MaxGradNorm);
        if (double.IsFinite(norm))
        {
            _optimizer.Step();
            SkippedInARow = 0;
        }
        else if (++SkippedInARow >= _training.MaxSkippedUpdates)
        {
            _optimizer.ZeroGradients();
            throw new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture,
                $"Expected a finite gradient norm, found {norm} in {SkippedInARow} updates in a row (MaxSkippedUpdates). The weights are as before "
                + $"them. Go on from an earlier checkpoint with a lower LearningRate ({_training.LearningRate}), or use a higher precision "
                + $"than the pipeline's; if it happens in the first epoch, look at the model and the rewards' scale."));
        }

        _optimizer.ZeroGradients();
        return norm;
    }

    /// <summary>Forgets gradients that no update has used.</summary>
    public void Clear() => _optimizer.ZeroGradients();

    public void Dispose() => _optimizer.Dispose();
}
