using System.Diagnostics.CodeAnalysis;

namespace Ddpo.Audio;

/// <summary>What one sampled batch leaves behind for training. Owner of its tensors; freed by the trainer when the epoch is over.</summary>
[Experimental(ExperimentalApi.Tensors)]
public sealed class Rollout : IDisposable
{
    internal Rollout(IReadOnlyList<long> timesteps, Tensor latents, Tensor logProbs, IEncodedPrompts prompts) =>
        (Timesteps, Latents, LogProbs, Prompts) = (timesteps, latents, logProbs, prompts);

    /// <summary>Gets the timesteps that were taken, from high to low; none where only the final latents were kept.</summary>
    public IReadOnlyList<long> Timesteps { get; }

    /// <summary>Gets what was seen: fp32 [steps + 1, batch, ...], from noise to the final latents.</summary>
    public Tensor Latents { get; }

    /// <summary>Gets the log-prob of each step under the policy that sampled: fp32 [steps, batch]; without meaning at steps that had no noise.</summary>
    public Tensor LogProbs { get; }

    /// <summary>The mean of each step's distribution under the policy that sampled: fp32 [steps, batch, ...]; <see langword="null"/> unless it was asked for.</summary>
    internal Tensor? Means { get; init; }

    /// <summary>Gets what every sample was conditioned on, in the batch's order.</summary>
    public IEncodedPrompts Prompts { get; }

    /// <summary>
    /// Gets the epoch's number of each sample, by which <see cref="RolloutSet.Prompts"/> and <see cref="RolloutSet.Rewards"/> have it. In a job of several
    /// processes, these are this rank's samples of the batch.
    /// </summary>
    public IReadOnlyList<int> Samples { get; internal set; } = [];

    /// <summary>Gets the number of samples.</summary>
    public long BatchSize => LogProbs.shape[1];

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        Latents.Dispose();
        LogProbs.Dispose();
        Means?.Dispose();
        Prompts.Dispose();
    }
}
