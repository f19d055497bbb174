using Microsoft.Extensions.Options;

namespace Ddpo.Audio;

/// <summary>Makes trainers of a container's model, rewards, prompts and settings.</summary>
/// <remarks>Thread-safe. A model takes one adapter at a time, so dispose a trainer before another one trains.</remarks>
public interface IDdpoTrainerFactory
{
    /// <summary>Loads what is not loaded yet, and builds a trainer.</summary>
    /// <param name="configure">Changes the settings of this trainer only.</param>
    /// <param name="cancellationToken">Ends the waiting for models.</param>
    /// <returns>A trainer, which the caller disposes before the container is disposed.</returns>
    /// <exception cref="OptionsValidationException">Something is missing or out of range; <c>Failures</c> lists all that is.</exception>
    /// <exception cref="CheckpointException">A model's file is missing or damaged.</exception>
    Task<IPolicyTrainer> CreateAsync(Action<DdpoTrainerBuilder>? configure = null, CancellationToken cancellationToken = default);
}
