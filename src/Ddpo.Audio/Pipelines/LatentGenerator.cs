using Ddpo.Audio.Diagnostics;
using Ddpo.Audio.Models.UNet;
using Ddpo.Audio.Runtime;
using Ddpo.Audio.Schedulers;

namespace Ddpo.Audio.Pipelines;

/// <summary>From noise to the final latents of a request. Runs on the pipeline's thread.</summary>
/// <param name="denoiser">The UNet.</param>
/// <param name="noiseSchedule">That the model was trained on.</param>
/// <param name="device">Where latents are.</param>
internal sealed class LatentGenerator(Denoiser denoiser, DdimScheduler noiseSchedule, Device device)
{
    /// <summary>Denoises.</summary>
    /// <param name="request">How many steps, by which scheduler, from which noise.</param>
    /// <param name="scheduler">The request's, or the checkpoint's.</param>
    /// <param name="geometry">Sizes of a clip.</param>
    /// <param name="prompts">A row for each clip.</param>
    /// <param name="progress">Told of each step.</param>
    /// <param name="cancellationToken">Looked at before each step, and inside of it.</param>
    /// <returns>fp32 [clips, channels, frames, width]; belongs to the caller's dispose scope.</returns>
    public Tensor Generate(
        AudioRequest request,
        AudioScheduler scheduler,
        ClipGeometry geometry,
        PromptEmbeddings prompts,
        IProgress<DenoisingProgress>? progress,
        CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        var clips = request.Prompts.Count * request.NumWaveformsPerPrompt;
        var seed = request.Seed ?? (ulong)Random.Shared.NextInt64();
        using var source = new NoiseSource(Enumerable.Range(0, clips).Select(clip => seed + (ulong)clip), geometry.LatentShape, device);
        var latents = request.InitialLatents is { } given ? ToLatents(given, geometry, clips) : source.Next();
        using var sampler = Sampler(request, scheduler);
        TextConditioning? guided = null, plain = null; // each is made when the first step needs it
        var timer = StepTimer.Start("generate");
        for (var i = 0; i < sampler.Timesteps.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var isGuided = prompts.Negative is not null && request.GuidanceInterval.Contains(sampler.Timesteps[i]);
            var text = isGuided ? guided ??= Prepare(prompts.ForUNet()) : plain ??= Prepare(prompts.Positive);
            using var step = NewDisposeScope();
            var timesteps = TensorFactory.Repeat(sampler.Timesteps[i], clips, device);
            var output = denoiser.Predict(latents, timesteps, text, request.GuidanceScale);
            var noise = !sampler.AddsNoise ? null : request.Noise is { } noises ? ToLatents(noises[i], geometry, clips) : source.Next();
            var next = sampler.Step(i, output, latents, noise);
            latents.Dispose();
            latents = next.MoveToOuterDisposeScope();
            timer.Next();
            progress?.Report(new DenoisingProgress(i + 1, sampler.Timesteps.Count));
        }

        return latents.MoveToOuterDisposeScope();

        // No weight changes while a request is under way.
        TextConditioning Prepare(Conditioning conditioning) => denoiser.Prepare(conditioning).ProjectedOnce(scope);
    }

    private IGenerationSampler Sampler(AudioRequest request, AudioScheduler scheduler) => scheduler is DpmSolverMultistep solver
        ? new DpmSolverSampler(new DpmSolverSchedule(noiseSchedule, solver, request.NumInferenceSteps), noiseSchedule.Config.PredictionType, solver)
        : new DdimGenerationSampler(noiseSchedule.SetTimesteps(request.NumInferenceSteps), request.Eta, device);

    private Tensor ToLatents(ReadOnlyMemory<float> values, ClipGeometry geometry, int clips) =>
        tensor(values.ToArray()).reshape(geometry.BatchShape(clips)).to(device);
}
