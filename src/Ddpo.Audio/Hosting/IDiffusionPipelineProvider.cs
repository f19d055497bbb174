namespace Ddpo.Audio;

/// <summary>A container's pipeline, which takes time to load.</summary>
/// <remarks>Thread-safe. The container disposes the pipeline; callers do not.</remarks>
public interface IDiffusionPipelineProvider
{
    /// <summary>Loads the model at the first call; every call gives the same one. After a failure, the next call tries again.</summary>
    /// <param name="cancellationToken">Ends the waiting. The loading goes on, for others may wait for it, until the container is disposed.</param>
    /// <exception cref="CheckpointException">A file is missing or damaged.</exception>
    /// <exception cref="HubException">The model is not on this machine, and cannot be had from the hub.</exception>
    /// <exception cref="NotSupportedException">libtorch or the device is absent.</exception>
    /// <exception cref="ObjectDisposedException">The container was disposed.</exception>
    Task<IDiffusionPipeline> GetAsync(CancellationToken cancellationToken = default);
}
