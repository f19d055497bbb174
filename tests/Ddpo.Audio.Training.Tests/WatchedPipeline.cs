using Ddpo.Audio.Tests.Training.DirectReward;

namespace Ddpo.Audio.Tests.Training;

/// <summary>A pipeline whose model tells of every prediction. It does not say that it has gradient checkpointing. The pipeline inside stays the caller's.</summary>
internal sealed class WatchedPipeline(AudioLdm2Pipeline pipeline) : IDiffusionPipeline
{
    public WatchedDiffusion Diffusion { get; } = new((ITrainableDiffusion)pipeline.GetService(typeof(ITrainableDiffusion))!);

    public int SampleRate => pipeline.SampleRate;

    public Task<IReadOnlyList<AudioClip>> GenerateAsync(
        AudioRequest request, IProgress<DenoisingProgress>? progress = null, CancellationToken cancellationToken = default) =>
        pipeline.GenerateAsync(request, progress, cancellationToken);

    public Task<IAsyncDisposable> ApplyLoraAsync(string path, double scale = 1, CancellationToken cancellationToken = default) =>
        pipeline.ApplyLoraAsync(path, scale, cancellationToken);

    public object? GetService(Type serviceType) => serviceType == typeof(ITrainableDiffusion) ? Diffusion : pipeline.GetService(serviceType);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
