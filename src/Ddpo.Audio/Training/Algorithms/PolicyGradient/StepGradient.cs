namespace Ddpo.Audio.Training.Algorithms.PolicyGradient;

/// <summary>The gradient of an objective at one denoising step of each sample.</summary>
/// <param name="diffusion">The model.</param>
/// <param name="scheduler">What steps were drawn from.</param>
/// <param name="parameters">What learns, which knows how to be the model before training.</param>
/// <param name="objective">The loss.</param>
/// <param name="guidanceScale">Strength of guidance.</param>
internal sealed class StepGradient(
    ITrainableDiffusion diffusion, IStochasticScheduler scheduler, IPolicyParameters parameters, IPolicyObjective objective, double guidanceScale)
{
    /// <summary>Adds the gradient to those of the parameters.</summary>
    /// <param name="slice">The samples.</param>
    /// <param name="columns">The steps of each sample, int64 [timesteps, count].</param>
    /// <param name="accumulation">Calls between two updates; the loss is divided by it.</param>
    /// <param name="metrics">Told what was measured.</param>
    /// <returns>The step and its loss; belong to the caller's dispose scope.</returns>
    public (PolicyStep Step, PolicyLoss Loss) Accumulate(RolloutSlice slice, Tensor columns, long accumulation, UpdateMetrics metrics)
    {
        using var gradients = enable_grad();
        var (timesteps, latents, nextLatents, oldLogProbs, oldMeans) = slice.At(columns);
        var reference = objective.NeedsReference ? Reference(slice, timesteps, latents, nextLatents) : null;
        var output = diffusion.PredictNoise(latents, timesteps, slice.Conditioning, guidanceScale);
        var scheduled = scheduler.Score(output, timesteps, latents, nextLatents);
        var logRatio = scheduled.LogProb - oldLogProbs;
        var ratio = (oldMeans is null ? logRatio : NormalizedRatio.Log(scheduled, oldMeans)).exp();
        var step = new PolicyStep(logRatio, ratio, slice.Advantages, output, scheduled, reference);
        var loss = objective.Compute(step);
        loss.Loss.Divide(accumulation).backward();
        metrics.Add(step, loss);
        return (step, loss);
    }

    private ReferenceStep Reference(RolloutSlice slice, Tensor timesteps, Tensor latents, Tensor nextLatents)
    {
        using var noGradient = no_grad();
        using var asBefore = parameters.UseReference();
        var output = diffusion.PredictNoise(latents, timesteps, slice.Conditioning, guidanceScale);
        return new ReferenceStep(output, scheduler.Score(output, timesteps, latents, nextLatents));
    }
}
