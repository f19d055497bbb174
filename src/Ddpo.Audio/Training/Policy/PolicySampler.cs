using Ddpo.Audio.Diagnostics;
using Ddpo.Audio.Pipelines;
using Ddpo.Audio.Schedulers;

namespace Ddpo.Audio.Training.Policy;

/// <summary>Samples as the policy: every step's noise is an action, kept with its log-prob.</summary>
internal sealed class PolicySampler(Denoiser denoiser, DdimPolicy policy, double guidanceScale)
{
    /// <summary>Denoises one batch.</summary>
    /// <param name="embeddings">A row for each sample; the trajectory becomes their owner.</param>
    /// <param name="nextNoise">Gives the initial latents at the first call, then each step's noise; fp32 [batch, channels, frames, width].</param>
    /// <param name="onStep">Called after each step with the number of steps done.</param>
    /// <param name="cancellationToken">Looked at before each step.</param>
    public DenoisingTrajectory Sample(
        PromptEmbeddings embeddings, Func<Tensor> nextNoise, Action<int>? onStep, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        using var initial = nextNoise();
        var timeline = policy.Schedule.Timesteps;
        var (batch, steps) = (initial.shape[0], timeline.Count);
        var text = denoiser.Prepare(embeddings.ForUNet());
        var latents = empty([steps + 1, .. initial.shape], ScalarType.Float32, initial.device);
        var logProbs = empty([steps, batch], ScalarType.Float32, initial.device);
        latents[0].copy_(initial);
        var timer = StepTimer.Start("train");

        for (var i = 0; i < steps; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var step = NewDisposeScope();
            var timesteps = TensorFactory.Repeat(timeline[i], batch, initial.device);
            var output = denoiser.Predict(latents[i], timesteps, text, guidanceScale);
            var action = policy.Sample(output, timesteps, latents[i], nextNoise());
            latents[i + 1].copy_(action.PreviousSample);
            logProbs[i].copy_(action.LogProb);
            timer.Next();
            onStep?.Invoke(i + 1);
        }

        return new DenoisingTrajectory(
            policy.Schedule, latents.DetachFromDisposeScope(), logProbs.DetachFromDisposeScope(), embeddings.Detached());
    }
}
