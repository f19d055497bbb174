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
}
