using System.Diagnostics.CodeAnalysis;

namespace Ddpo.Audio;

/// <summary>
/// What a pipeline must be able to do to be trained; <see cref="IDiffusionPipeline.GetService"/> answers it. Here are tensors: everything but
/// <see cref="RunAsync{T}"/> and the properties runs on the pipeline's own thread.
/// </summary>
/// <remarks>
/// <para>Threads: TorchSharp's dispose scopes and gradient mode belong to a thread, so one thread owns the model and every tensor made of
/// it. <see cref="RunAsync{T}"/> queues work on it; a <see cref="TorchWorker"/> is such a thread.</para>
/// <para>Ownership: tensors that a method returns belong to the caller's dispose scope, and what is <see cref="IDisposable"/> to the caller.
/// Tensors that are passed in stay the caller's. The model stays the pipeline's.</para>
/// <para>Shapes: latents are fp32 [samples, ...], whatever the model's precision; timesteps int64 [samples], on <see cref="Device"/>.</para>
/// </remarks>
[Experimental(ExperimentalApi.Tensors)]
public interface ITrainableDiffusion
{
    /// <summary>Gets where the model is.</summary>
    Device Device { get; }

    /// <summary>Gets the precision of the model's weights in memory. Every weight can be trained in <see cref="Precision.Float32"/> only.</summary>
    Precision Precision { get; }

    /// <summary>Gets the precision of what <see cref="DecodeLatents"/> computes with; by default that of <see cref="Precision"/>. Any thread may ask.</summary>
    Precision DecodingPrecision => Precision;

    /// <summary>Gets the module that learns, all of it or by adapters beside its linear layers; for instance the UNet.</summary>
    nn.Module Model { get; }

    /// <summary>
    /// Gets ᾱ, the share of a clean latent's variance that is left, at each of the timesteps that the model was trained on: latents are noised as
    /// √ᾱ x + √(1 − ᾱ) ε, and the model predicts ε. Empty, the default, for models of another kind, which RWR, AWM and DiffusionNFT cannot train. Any thread may ask.
    /// </summary>
    IReadOnlyList<float> AlphasCumprod => [];

    /// <summary>Queues work on the pipeline's thread, where it runs inside a dispose scope, without gradients.</summary>
    /// <exception cref="ObjectDisposedException">The pipeline was disposed.</exception>
    Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken = default);

    /// <summary>Says what identifies the base weights, such as a hash of some: a run goes on with the model that it began with only.</summary>
    string IdentifyWeights();

    /// <summary>Gets the shape of one clip's latents, such as [channels, frames, width].</summary>
    /// <param name="duration">The clip's length, above 0.</param>
    IReadOnlyList<long> LatentShape(TimeSpan duration);

    /// <summary>Says what is wrong with a schedule before anything is sampled; nothing when all is well. Any thread may ask.</summary>
    /// <param name="numInferenceSteps">Denoising steps.</param>
    /// <param name="eta">Share of fresh noise in each step, from 0 to 1. Above 0, every step must have noise, and so a log-prob; 0 asks for none.</param>
    IReadOnlyList<string> CheckSchedule(int numInferenceSteps, double eta);

    /// <summary>Says why clips cannot be made at once, such as for want of memory; nothing, the default, when they can. Any thread may ask.</summary>
    /// <param name="duration">The clips' length, above 0.</param>
    /// <param name="clips">How many, at least 1.</param>
    IReadOnlyList<string> CheckBatch(TimeSpan duration, int clips) => [];

    /// <summary>Makes the scheduler whose steps are drawn from a distribution; with an eta of 0 they are its mean, and their log-prob has no meaning.</summary>
    /// <inheritdoc cref="CheckSchedule"/>
    IStochasticScheduler CreateScheduler(int numInferenceSteps, double eta);

    /// <summary>Encodes prompts and, with guidance, what to steer away from: each prompt's own negative text, or the one given. What a prompt becomes must not
    /// depend on the others: a sample is the same in any batch, and on any number of ranks.</summary>
    /// <param name="prompts">The prompts.</param>
    /// <param name="negativePrompt">For prompts without a negative text.</param>
    /// <param name="guided">Whether there is classifier-free guidance.</param>
    /// <returns>A row for each prompt; the caller's, and alive until it is disposed.</returns>
    IEncodedPrompts EncodePrompts(IReadOnlyList<Prompt> prompts, string negativePrompt, bool guided);

    /// <summary>Predicts the model's output for latents, with guidance: u + g (c − u). Differentiable where gradients are on.</summary>
    /// <param name="latents">fp32 [samples, ...].</param>
    /// <param name="timesteps">int64 [samples].</param>
    /// <param name="conditioning">Of as many rows; see <see cref="IEncodedPrompts.Condition"/>.</param>
    /// <param name="guidanceScale">g; not used without guidance.</param>
    /// <returns>fp32, shaped as <paramref name="latents"/>.</returns>
    Tensor PredictNoise(Tensor latents, Tensor timesteps, IConditioning conditioning, double guidanceScale);

    /// <summary>Gets whether there is <see cref="UseGradientCheckpointing"/>; not by default. Any thread may ask.</summary>
    bool HasGradientCheckpointing => false;

    /// <summary>
    /// Has <see cref="PredictNoise"/> keep less for its gradients, and compute it again when they are made, until the returned object is disposed. The gradients
    /// must be the same, bit for bit.
    /// </summary>
    /// <exception cref="NotSupportedException">There is none.</exception>
    IDisposable UseGradientCheckpointing() => throw new NotSupportedException($"{GetType().Name} has no gradient checkpointing.");

    /// <summary>Decodes final latents to mono waveforms at the pipeline's rate. Differentiable where gradients are on.</summary>
    /// <param name="latents">fp32 [samples, ...].</param>
    /// <param name="duration">The clips' length.</param>
    /// <returns>fp32 [samples, frames].</returns>
    Tensor DecodeLatents(Tensor latents, TimeSpan duration);
}

/// <summary>Prompts as a model reads them, a row each. Owner of its tensors.</summary>
[Experimental(ExperimentalApi.Tensors)]
public interface IEncodedPrompts : IDisposable
{
    /// <summary>Prepares neighbouring rows for <see cref="ITrainableDiffusion.PredictNoise"/>, once for all steps.</summary>
    /// <param name="start">The first row.</param>
    /// <param name="count">Rows.</param>
    /// <param name="guided">Whether with guidance; only where the prompts were encoded for it.</param>
    /// <param name="times">How often the rows are there, all of them one time after the other: for latents of as many timesteps of each, in one pass.</param>
    /// <returns>Valid until the caller's dispose scope ends, or this is disposed.</returns>
    IConditioning Condition(long start, long count, bool guided, int times = 1);

    /// <summary>As <see cref="Condition"/>, for predictions without gradients between which no weight changes: a model may keep what its layers make of the texts. By
    /// default nothing is kept. Predictions are the same either way, bit for bit.</summary>
    /// <param name="start">The first row.</param>
    /// <param name="count">Rows.</param>
    /// <param name="guided">Whether with guidance; only where the prompts were encoded for it.</param>
    /// <param name="scope">Where what is kept lives; the caller's.</param>
    /// <returns>Valid until <paramref name="scope"/> or the caller's dispose scope ends, or this is disposed.</returns>
    IConditioning ConditionForSampling(long start, long count, bool guided, DisposeScope scope) => Condition(start, count, guided);
}

/// <summary>What a model attends to, in the form that it takes: known to the pipeline that made it only.</summary>
[Experimental(ExperimentalApi.Tensors)]
#pragma warning disable CA1040 // A marker on purpose: every model has a conditioning of its own.
public interface IConditioning;
#pragma warning restore CA1040
