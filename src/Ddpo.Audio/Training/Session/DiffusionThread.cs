namespace Ddpo.Audio.Training.Session;

/// <summary>Work without a result on a pipeline's thread.</summary>
internal static class DiffusionThread
{
    /// <inheritdoc cref="ITrainableDiffusion.RunAsync{T}"/>
    public static Task RunAsync(this ITrainableDiffusion diffusion, Action work, CancellationToken cancellationToken = default) => diffusion.RunAsync(
        () =>
        {
            work();
            return true;
        },
        cancellationToken);

    /// <summary>Frees tensors, whatever has happened, on the pipeline's thread; here when the pipeline is gone, and its thread with it.</summary>
    public static async Task FreeAsync(this ITrainableDiffusion diffusion, Action free)
    {
        try
        {
            await diffusion.RunAsync(free).ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            free();
        }
    }
}
