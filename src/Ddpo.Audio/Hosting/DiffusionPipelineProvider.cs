using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Ddpo.Audio.Hosting;

/// <summary>Loads a pipeline once, and owns it.</summary>
/// <param name="load">Loads it.</param>
internal sealed class DiffusionPipelineProvider(Func<CancellationToken, Task<IDiffusionPipeline>> load)
    : IDiffusionPipelineProvider, IAsyncDisposable, IDisposable
{
    private readonly SharedLoad<IDiffusionPipeline> _pipeline = new(load);

    /// <summary>The pipeline that code says how to load, or else the settings' AudioLDM2.</summary>
    public static DiffusionPipelineProvider Of(IServiceProvider services)
    {
        if (services.GetRequiredService<DdpoAudioRegistrations>().LoadPipeline is { } load)
        {
            return new(stop => load(services, stop));
        }

        var settings = services.GetRequiredService<IOptions<DdpoOptions>>().Value.Pipeline;
        var hub = settings.Hub.Copy();
        hub.Progress ??= services.GetService<IProgress<HubProgress>>();
        var options = new AudioLdm2PipelineOptions
        {
            Hub = hub,
            Device = settings.Device,
            Precision = settings.Precision,
            DecodingPrecision = settings.DecodingPrecision,
            NumThreads = settings.NumThreads,
            LoggerFactory = services.GetService<ILoggerFactory>(),
        };
        var progress = services.GetService<IProgress<LoadProgress>>();
        return new(async stop => await AudioLdm2Pipeline.FromPretrainedAsync(settings.Path!, options, progress, stop).ConfigureAwait(false));
    }

    public Task<IDiffusionPipeline> GetAsync(CancellationToken cancellationToken = default) => _pipeline.GetAsync(cancellationToken);

    public ValueTask DisposeAsync() => _pipeline.DisposeAsync();

    // A container that is disposed synchronously refuses services that cannot be. Nothing below needs the caller's context.
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();
}
