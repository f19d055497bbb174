namespace Ddpo.Audio.Training.Algorithms.PolicyGradient;

/// <summary>The gradient of an objective at one denoising step of each sample.</summary>
/// <param name="diffusion">The model.</param>
/// <param name="scheduler">What steps were drawn from.</param>
/// <param name="objective">The loss.</param>
/// <param name="guidanceScale">Strength of guidance.</param>
internal sealed class StepGradient(
    ITrainableDiffusion diffusion, IStochasticScheduler scheduler, IPolicyObjective objective, double guidanceScale)
{
    /// <summary>Adds the gradient to those of the parameters.</summary>
    /// <param name="slice">The samples.</param>
    /// <param name="columns">The step of each sample, int64 [count].</param>
    /// <param name="accumulation">Calls between two updates; the loss is divided by it.</param>
    /// <param name="metrics">Told what was measured.</param>
    /// <returns>The step and its loss; belong to the caller's dispose scope.</returns>
    public (PolicyStep Step, PolicyLoss Loss) Accumulate(RolloutSlice slice, Tensor columns, long accumulation, UpdateMetrics metrics)
    {
        using var gradients = enable_grad();
        var (timesteps, latents, nextLatents, oldLogProbs) = slice.At(columns);
        var output = diffusion.PredictNoise(latents, timesteps, slice.Conditioning, guidanceScale);
        var scheduled = scheduler.Score(output, timesteps, latents, nextLatents);
        var logRatio = scheduled.LogProb - oldLogProbs;
        var step = new PolicyStep(logRatio, logRatio.exp(), slice.Advantages, scheduled);
        var loss = objective.Compute(step);
        loss.Loss.Divide(accumulation).backward();
        metrics.Add(step, loss);
        return (step, loss);
    }
}
