namespace Ddpo.Audio;

/// <summary>Improves a diffusion model by reinforcement learning.</summary>
/// <remarks>
/// <para>Thread-safety: one training at a time; a second call to <see cref="TrainAsync"/> while one runs throws. Saving and disposing may
/// come from any thread at any time. What the pipeline is asked for meanwhile waits its turn, hears the policy as it is then, and does not
/// change the run.</para>
/// <para>Several processes (<see cref="DdpoTrainerBuilder.UseCollective"/>): every rank takes the same epochs; rank 0 writes the run, and what is saved.</para>
/// <para>Ownership: the trainer owns what it creates (adapters, optimizer state) and frees it when disposed, which also takes
/// its adapter off the model. The pipeline and the rewards stay the caller's.</para>
/// <para>Disposal: a trainer that trains stops within one denoising step; its loop throws <see cref="ObjectDisposedException"/>. So does
/// the loop of a trainer whose pipeline is disposed.</para>
/// <para>An epoch happens whole or not at all. When one fails or is cancelled, weights, optimizer and statistics are what they were before
/// it, a run with a folder gets a checkpoint of that state, and the next <see cref="TrainAsync"/>, or a trainer that resumes the run, does
/// that epoch again, bit for bit.</para>
/// </remarks>
public interface IPolicyTrainer : IAsyncDisposable
{
    /// <summary>Trains, and yields each epoch's measurements when it ends.</summary>
    /// <param name="progress">Told about every denoising step, scored batch and update: one at a time, possibly from another thread.</param>
    /// <param name="cancellationToken">
    /// Stops within one denoising step, and when rewards that are at work have stopped, which are cancelled too; the loop then throws
    /// <see cref="OperationCanceledException"/>.
    /// </param>
    /// <returns>One record an epoch: plain numbers, no tensors. Leaving the loop early stops training cleanly.</returns>
    /// <exception cref="RewardException">A reward or metric failed (see <see cref="RewardFailureOptions"/>), or too many samples were dropped.</exception>
    /// <exception cref="IOException">A file of the run could not be written.</exception>
    /// <exception cref="CollectiveException">In a job of several processes, another rank failed, left or is missing, or differs.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A resumed run has other settings; all are listed, with both values.</exception>
    /// <exception cref="InvalidOperationException">
    /// A training runs already, another trainer has the folder, the folder has a run that is neither resumed nor overwritten, or too many updates in
    /// a row had a gradient that is not finite.
    /// </exception>
    IAsyncEnumerable<DdpoEpoch> TrainAsync(
        IProgress<DdpoProgress>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>Writes what was trained so far: the LoRA adapter in diffusers' format, or the whole UNet after full fine-tuning.</summary>
    /// <remarks>
    /// The average of the weights where there is one (<see cref="TrainingOptions.Ema"/>), and those of the best validation round so far where that is asked
    /// for (<see cref="StoppingOptions.Best"/>, <see cref="BestRoundOptions.SaveBest"/>). In a job of several processes, rank 0 writes, and the others are told
    /// the path at once; before the first epoch, all ranks have to call this together.
    /// </remarks>
    /// <param name="directory">Created when missing. Files in it are replaced whole or not at all.</param>
    /// <param name="cancellationToken">Cancels before the first file is written, not after.</param>
    /// <returns>The file that was written.</returns>
    Task<string> SaveAsync(string directory, CancellationToken cancellationToken = default);
}
