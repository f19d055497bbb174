namespace Ddpo.Audio;

/// <summary>Turns prompts into audio with a diffusion model.</summary>
/// <remarks>
/// <para>Thread-safety: any thread may call; calls are queued and run one at a time on the pipeline's own thread.</para>
/// <para>Ownership: the caller disposes the pipeline, after everything that uses it. Disposal waits for queued work.</para>
/// </remarks>
public interface IDiffusionPipeline : IAsyncDisposable
{
    /// <summary>Frames per second of what <see cref="GenerateAsync"/> returns.</summary>
    int SampleRate { get; }

    /// <summary>Generates <see cref="AudioRequest.NumWaveformsPerPrompt"/> mono clips for each prompt.</summary>
    /// <param name="request">What to generate, and how.</param>
    /// <param name="progress">Told after every denoising step, on the pipeline's thread.</param>
    /// <param name="cancellationToken">Looked at before every denoising step.</param>
    /// <returns>The clips in the order of the prompts; several for one prompt stand together.</returns>
    /// <exception cref="ArgumentException">A setting of the request is out of its range; the message names all that are.</exception>
    /// <exception cref="InvalidOperationException">The model made samples that are not finite numbers, which are no audio.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The pipeline was disposed.</exception>
    Task<IReadOnlyList<AudioClip>> GenerateAsync(
        AudioRequest request, IProgress<DenoisingProgress>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>Puts a trained LoRA adapter on the model until the returned handle is disposed.</summary>
    /// <param name="path">
    /// An adapter file, a folder that holds one, or a training run's folder; of AudioLDM2 also its name on the hub, <c>owner/name</c>, or <c>owner/name/</c> and a file or
    /// folder in it. A path that exists is never taken for a name.
    /// </param>
    /// <param name="scale">Multiplies the adapter's effect: 0 is none, 1 (the default) is as trained.</param>
    /// <param name="cancellationToken">Cancels before the adapter is put on, not after.</param>
    /// <returns>Disposing it takes the adapter off again and frees it.</returns>
    /// <exception cref="CheckpointException">The file is missing or damaged, is of a kind that is not supported, or does not fit this model.</exception>
    /// <exception cref="HubException">It is not on this machine, and cannot be had from the hub.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="scale"/> is not a finite number, or not in 32 bits.</exception>
    /// <exception cref="InvalidOperationException">Another adapter is on the model.</exception>
    Task<IAsyncDisposable> ApplyLoraAsync(string path, double scale = 1, CancellationToken cancellationToken = default);

    /// <summary>Gets something that only some pipelines can do, such as <c>ITrainableDiffusion</c>, which training needs.</summary>
    /// <param name="serviceType">The type asked for.</param>
    /// <returns>The pipeline or a part of it that is of this type, which stays the pipeline's; <see langword="null"/> when there is none.</returns>
    object? GetService(Type serviceType)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceType.IsInstanceOfType(this) ? this : null;
    }
}
