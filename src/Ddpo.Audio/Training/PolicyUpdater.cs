using System.Globalization;
using Ddpo.Audio.Pipelines;
using Ddpo.Audio.Schedulers;

namespace Ddpo.Audio.Training;

/// <summary>Accumulates the objective's gradients and takes AdamW steps: ddpo-pytorch's inner loop.</summary>
internal sealed class PolicyUpdater : IDisposable
{
    private readonly Denoiser _denoiser;
    private readonly DdimPolicy _policy;
    private readonly double _guidanceScale;
    private readonly TrainingOptions _training;
    private readonly IReadOnlyList<Parameter> _parameters;
    private readonly torch.optim.Optimizer _optimizer;

    public PolicyUpdater(
        Denoiser denoiser, DdimPolicy policy, IReadOnlyList<Parameter> parameters, double guidanceScale, TrainingOptions training)
    {
        (_denoiser, _policy, _parameters, _guidanceScale, _training) = (denoiser, policy, parameters, guidanceScale, training);
        _optimizer = torch.optim.AdamW(
            parameters,
            training.LearningRate,
            training.AdamBeta1,
            training.AdamBeta2,
            training.AdamEpsilon,
            training.AdamWeightDecay);
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
            step.LogProb, oldLogProbs, batch.AdvantageValues, _training.ClipRange, _training.AdvantageClip);
        (loss.Loss / accumulation).backward();
        metrics.Add(loss);
        return loss;
    }

    /// <summary>Clips the accumulated gradient, takes an optimizer step and clears the gradient.</summary>
    /// <returns>The gradient's norm before clipping.</returns>
    /// <exception cref="InvalidOperationException">The norm is not finite; the weights are as before.</exception>
    public double Step()
    {
        var norm = nn.utils.clip_grad_norm_(_parameters, _training.MaxGradNorm);
        if (!double.IsFinite(norm))
        {
            _optimizer.zero_grad();
            throw new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture,
                $"Expected a finite gradient norm, found {norm}. The weights are as before this update. Lower LearningRate "
                + $"({_training.LearningRate}), or use a higher precision than the pipeline's."));
        }

        _optimizer.step();
        _optimizer.zero_grad();
        return norm;
    }

    /// <summary>Forgets gradients that no update has used.</summary>
    public void Clear() => _optimizer.zero_grad();

    public void Dispose() => _optimizer.Dispose();
}
