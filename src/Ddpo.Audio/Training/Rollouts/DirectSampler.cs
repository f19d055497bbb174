using Ddpo.Audio.Pipelines;

namespace Ddpo.Audio.Training.Rollouts;

/// <summary>Samples a batch so that its waveforms can be differentiated through the last denoising steps, VAE and vocoder.</summary>
/// <param name="diffusion">The model; all of this runs on its thread.</param>
/// <param name="scheduler">What steps are drawn from.</param>
/// <param name="options">How samples are made.</param>
internal sealed class DirectSampler(ITrainableDiffusion diffusion, IStochasticScheduler scheduler, SamplingOptions options)
{
    /// <summary>Encodes the prompts, denoises and decodes.</summary>
    /// <param name="prompts">A sample for each.</param>
    /// <param name="seeds">Of each sample's noise.</param>
    /// <param name="gradientSteps">The last steps, through which gradients go; the latents before them are constants.</param>
    /// <param name="onStep">Called after each step with the number of steps done.</param>
    /// <param name="cancellationToken">Looked at before each step.</param>
    /// <returns>fp32 [batch, samples] with all that led to them, the caller's to dispose.</returns>
    public Tensor Sample(
        IReadOnlyList<Prompt> prompts, IEnumerable<ulong> seeds, int gradientSteps, Action<int> onStep, CancellationToken cancellationToken)
    {
        using var noise = new NoiseSource(seeds, [.. diffusion.LatentShape(options.Duration)], diffusion.Device);
        using var encoded = diffusion.EncodePrompts(prompts, options.NegativePrompt, options.IsGuided);
        using var scope = NewDisposeScope();
        var conditioning = encoded.Condition(0, prompts.Count, options.IsGuided);
        var latents = Denoise(noise.Next(), conditioning, 0, noise.Next, gradientSteps, onStep, cancellationToken);
        using var gradients = enable_grad();
        return diffusion.DecodeLatents(latents, options.Duration).DetachFromDisposeScope();
    }

    /// <summary>Denoises a batch from one step to the end, with gradients through the last steps.</summary>
    /// <param name="latents">Before the first step, fp32 [batch, ...].</param>
    /// <param name="conditioning">A row for each sample.</param>
    /// <param name="first">The first step, from 0.</param>
    /// <param name="nextNoise">Gives each step's noise.</param>
    /// <param name="gradientSteps">The last steps, through which gradients go.</param>
    /// <param name="onStep">Called after each step with the number of steps done.</param>
    /// <param name="cancellationToken">Looked at before each step.</param>
    /// <returns>The final latents; belong to the caller's dispose scope.</returns>
    public Tensor Denoise(
        Tensor latents, IConditioning conditioning, int first, Func<Tensor> nextNoise, int gradientSteps, Action<int> onStep, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        var steps = scheduler.Timesteps.Count;
        for (var i = first; i < steps; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var mode = set_grad_enabled(i >= steps - gradientSteps);
            using var step = NewDisposeScope();
            var timesteps = TensorFactory.Repeat(scheduler.Timesteps[i], latents.shape[0], diffusion.Device);
            var output = diffusion.PredictNoise(latents, timesteps, conditioning, options.GuidanceScale);
            latents = scheduler.Sample(output, timesteps, latents, nextNoise()).PreviousSample.MoveToOuterDisposeScope();
            onStep(i + 1);
        }

        return latents.MoveToOuterDisposeScope();
    }
}
