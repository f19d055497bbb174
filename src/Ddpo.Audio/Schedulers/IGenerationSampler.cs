namespace Ddpo.Audio.Schedulers;

/// <summary>Goes from noise to final latents in one series of steps, in their order. Belongs to the thread that owns the tensors.</summary>
internal interface IGenerationSampler : IDisposable
{
    /// <summary>The timesteps in the order of denoising.</summary>
    IReadOnlyList<long> Timesteps { get; }

    /// <summary>Whether each step adds fresh noise.</summary>
    bool AddsNoise { get; }

    /// <summary>One step of denoising.</summary>
    /// <param name="step">Its index, from 0.</param>
    /// <param name="modelOutput">What the model predicts.</param>
    /// <param name="sample">The noisy latents, fp32 [batch, ...].</param>
    /// <param name="noise">Standard normal noise in the sample's shape, where <see cref="AddsNoise"/>.</param>
    /// <returns>The next latents; they belong to the caller's dispose scope.</returns>
    Tensor Step(int step, Tensor modelOutput, Tensor sample, Tensor? noise);
}
