using Ddpo.Audio.Diagnostics;
using Ddpo.Audio.Pipelines;
using Ddpo.Audio.Runtime;

namespace Ddpo.Audio.Training.Rollouts;

/// <summary>Samples one batch as the policy: every step's noise is an action, kept with its log-prob.</summary>
/// <param name="diffusion">The model; all of this runs on its thread.</param>
/// <param name="scheduler">What steps are drawn from.</param>
/// <param name="options">How samples are made.</param>
/// <param name="sampleRate">Of the clips, in Hz.</param>
internal sealed class RolloutSampler(ITrainableDiffusion diffusion, IStochasticScheduler scheduler, SamplingOptions options, int sampleRate)
{
    /// <summary>Encodes the prompts, denoises and decodes.</summary>
    /// <param name="prompts">A sample for each.</param>
    /// <param name="seeds">Of each sample's noise.</param>
    /// <param name="plan">Which steps have noise, and what is kept.</param>
    /// <param name="onStep">Called after each step with the number of steps done.</param>
    /// <param name="cancellationToken">Looked at before each step.</param>
    /// <returns>The rollout, the caller's to dispose, and its clips.</returns>
    public (Rollout Rollout, IReadOnlyList<AudioClip> Clips) Sample(
        IReadOnlyList<Prompt> prompts, IEnumerable<ulong> seeds, RolloutPlan plan, Action<int> onStep, CancellationToken cancellationToken)
    {
        using var noise = new NoiseSource(seeds, [.. diffusion.LatentShape(options.Duration)], diffusion.Device);
        var encoded = diffusion.EncodePrompts(prompts, options.NegativePrompt, options.IsGuided);
        Rollout? rollout = null;
        try
        {
            rollout = Denoise(encoded, noise.Next, plan, onStep, cancellationToken);
            return (rollout, Waveforms.ToClips(diffusion.DecodeLatents(rollout.Latents[rollout.Timesteps.Count], options.Duration), sampleRate));
        }
        catch
        {
            rollout?.Dispose();
            encoded.Dispose();
            throw;
        }
    }

    /// <summary>Denoises one batch.</summary>
    /// <param name="prompts">A row for each sample; the rollout becomes their owner.</param>
    /// <param name="nextNoise">Gives the initial latents at the first call, then each step's noise; fp32 [batch, ...].</param>
    /// <param name="plan">Which steps have noise, and what is kept.</param>
    /// <param name="onStep">Called after each step with the number of steps done.</param>
    /// <param name="cancellationToken">Looked at before each step.</param>
    public Rollout Denoise(
        IEncodedPrompts prompts, Func<Tensor> nextNoise, RolloutPlan plan, Action<int> onStep, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        using var noiseless = plan.Noisy.Count < scheduler.Timesteps.Count ? diffusion.CreateScheduler(scheduler.Timesteps.Count, eta: 0) : null;
        var initial = nextNoise();
        var (batch, steps, device) = (initial.shape[0], scheduler.Timesteps.Count, initial.device);
        var conditioning = prompts.ConditionForSampling(0, batch, options.IsGuided, scope);
        var kept = plan.KeepsSteps ? scheduler.Timesteps : [];
        var latents = empty([kept.Count + 1, .. initial.shape], ScalarType.Float32, device);
        var logProbs = empty([kept.Count, batch], ScalarType.Float32, device);
        var means = plan.KeepsMeans ? empty([steps, .. initial.shape], ScalarType.Float32, device) : null;
        latents[0].copy_(initial);
        var timer = StepTimer.Start("train");
        for (var i = 0; i < steps; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var step = NewDisposeScope();
            var (from, to) = plan.KeepsSteps ? (i, i + 1) : (0, 0);
            var timesteps = TensorFactory.Repeat(scheduler.Timesteps[i], batch, device);
            var output = diffusion.PredictNoise(latents[from], timesteps, conditioning, options.GuidanceScale);
            var action = (plan.Noisy.Contains(i) ? scheduler : noiseless!).Sample(output, timesteps, latents[from], nextNoise());
            latents[to].copy_(action.PreviousSample);
            if (plan.KeepsSteps)
            {
                logProbs[i].copy_(action.LogProb);
            }

            means?[i].copy_(action.Mean);
            timer.Next();
            onStep(i + 1);
        }

        return new Rollout(kept, latents.DetachFromDisposeScope(), logProbs.DetachFromDisposeScope(), prompts) { Means = means?.DetachFromDisposeScope() };
    }
}
