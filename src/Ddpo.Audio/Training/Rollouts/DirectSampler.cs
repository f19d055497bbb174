using Ddpo.Audio.Pipelines;

namespace Ddpo.Audio.Training.Rollouts;

/// <summary>Samples a batch without gradients, and keeps what it takes to go back through its last denoising steps.</summary>
/// <param name="diffusion">The model; all of this runs on its thread.</param>
/// <param name="scheduler">What steps are drawn from.</param>
/// <param name="options">How samples are made.</param>
internal sealed class DirectSampler(ITrainableDiffusion diffusion, IStochasticScheduler scheduler, SamplingOptions options)
{
    /// <summary>Encodes the prompts and denoises.</summary>
    /// <param name="prompts">A sample for each.</param>
    /// <param name="seeds">Of each sample's noise.</param>
    /// <param name="draft">How many of the last steps to keep, and how often to make the last one anew.</param>
    /// <param name="onStep">Called after each step with the number of steps done.</param>
    /// <param name="cancellationToken">Looked at before each step.</param>
    /// <returns>The caller's to dispose.</returns>
    public DirectSample Sample(
        IReadOnlyList<Prompt> prompts, IEnumerable<ulong> seeds, DraftOptions draft, Action<int> onStep, CancellationToken cancellationToken)
    {
        using var noise = new NoiseSource(seeds, [.. diffusion.LatentShape(options.Duration)], diffusion.Device);
        using var scope = NewDisposeScope();
        var sample = new DirectSample(diffusion.EncodePrompts(prompts, options.NegativePrompt, options.IsGuided));
        try
        {
            var conditioning = sample.Prompts.ConditionForSampling(0, prompts.Count, options.IsGuided, scope);
            var own = sample.Add(Denoise(noise.Next(), conditioning, 0, noise.Next, draft.GradientStepsOf(options), onStep, cancellationToken));
            for (var i = 0; i < draft.Renoisings; i++)
            {
                sample.Add(Renoise(own, conditioning, noise.Next, cancellationToken));
            }

            return sample;
        }
        catch
        {
            sample.Dispose();
            throw;
        }
    }

    /// <summary>Denoises a batch from one step to the end.</summary>
    /// <param name="latents">Before the first step, fp32 [batch, ...].</param>
    /// <param name="conditioning">A row for each sample.</param>
    /// <param name="first">The first step, from 0.</param>
    /// <param name="nextNoise">Gives each step's noise.</param>
    /// <param name="keptSteps">The last steps, which are kept.</param>
    /// <param name="onStep">Called after each step with the number of steps done.</param>
    /// <param name="cancellationToken">Looked at before each step.</param>
    /// <returns>The last steps; the caller's to dispose.</returns>
    public DirectTrajectory Denoise(
        Tensor latents, IConditioning conditioning, int first, Func<Tensor> nextNoise, int keptSteps, Action<int> onStep, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        var kept = empty([keptSteps + 1, .. latents.shape], ScalarType.Float32, diffusion.Device);
        var added = empty([keptSteps, .. latents.shape], ScalarType.Float32, diffusion.Device);
        var (current, steps) = (latents.clone(), scheduler.Timesteps.Count);
        for (var i = first; i < steps; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var step = NewDisposeScope();
            var noise = nextNoise();
            var place = i - (steps - keptSteps);
            if (place >= 0)
            {
                kept[place].copy_(current);
                added[place].copy_(noise);
            }

            current.copy_(Step(i, current, noise, conditioning).Latents);
            onStep(i + 1);
        }

        kept[keptSteps].copy_(current);
        return new DirectTrajectory(kept.DetachFromDisposeScope(), added.DetachFromDisposeScope());
    }

    /// <summary>Does one denoising step; differentiable where gradients are on.</summary>
    /// <param name="index">The step.</param>
    /// <param name="latents">Before it.</param>
    /// <param name="noise">What is added in it.</param>
    /// <param name="conditioning">A row for each sample.</param>
    /// <returns>The predicted noise and the latents after the step; they belong to the caller's dispose scope.</returns>
    public (Tensor Prediction, Tensor Latents) Step(Index index, Tensor latents, Tensor noise, IConditioning conditioning)
    {
        using var scope = NewDisposeScope();
        var timesteps = TimestepsOf(index, latents);
        var prediction = diffusion.PredictNoise(latents, timesteps, conditioning, options.GuidanceScale);
        var next = scheduler.Sample(prediction, timesteps, latents, noise).PreviousSample;
        return (prediction.MoveToOuterDisposeScope(), next.MoveToOuterDisposeScope());
    }

    /// <summary>What <see cref="Step"/> predicts.</summary>
    public Tensor Predict(Index index, Tensor latents, IConditioning conditioning)
    {
        using var timesteps = TimestepsOf(index, latents);
        return diffusion.PredictNoise(latents, timesteps, conditioning, options.GuidanceScale);
    }

    /// <summary>Decodes final latents to waveforms, fp32 [batch, samples]; differentiable where gradients are on.</summary>
    public Tensor Decode(Tensor latents) => diffusion.DecodeLatents(latents, options.Duration);

    /// <summary>Adds noise to the final latents, and does the last step from there (DRaFT-LV).</summary>
    private DirectTrajectory Renoise(DirectTrajectory own, IConditioning conditioning, Func<Tensor> nextNoise, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        var noise = nextNoise();
        var final = own.Latents(own.Steps, 0, (int)noise.shape[0]);
        var noisy = scheduler.AddNoise(final, TimestepsOf(^1, final), noise);
        return Denoise(noisy, conditioning, scheduler.Timesteps.Count - 1, nextNoise, 1, _ => { }, cancellationToken);
    }

    private Tensor TimestepsOf(Index index, Tensor latents) => TensorFactory.Repeat(scheduler.Timesteps[index], latents.shape[0], diffusion.Device);
}
