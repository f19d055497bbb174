using Ddpo.Audio.Pipelines;
using Ddpo.Audio.Schedulers;

namespace Ddpo.Audio.Training.Policy;

/// <summary>What one sampled batch leaves behind for training. Owner of its tensors.</summary>
/// <param name="Schedule">The timesteps that were taken.</param>
/// <param name="Latents">fp32 [steps + 1, batch, channels, frames, width], from noise to the final latents.</param>
/// <param name="LogProbs">fp32 [steps, batch], of each step under the policy that sampled.</param>
/// <param name="Embeddings">What every sample was conditioned on, in the batch's order.</param>
internal sealed record DenoisingTrajectory(
    DdimSchedule Schedule, Tensor Latents, Tensor LogProbs, PromptEmbeddings Embeddings) : IDisposable
{
    /// <summary>Samples in the batch.</summary>
    public long BatchSize => LogProbs.shape[1];

    /// <summary>Denoising steps.</summary>
    public long Steps => LogProbs.shape[0];

    /// <summary>The final latents, [batch, channels, frames, width]; a view.</summary>
    public Tensor FinalLatents => Latents[Steps];

    public void Dispose()
    {
        Latents.Dispose();
        LogProbs.Dispose();
        Embeddings.Dispose();
    }
}
