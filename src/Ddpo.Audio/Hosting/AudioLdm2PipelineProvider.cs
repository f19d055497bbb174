using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Ddpo.Audio.Hosting;

/// <summary>Loads the pipeline of the settings.</summary>
internal sealed class AudioLdm2PipelineProvider : IAudioLdm2PipelineProvider, IAsyncDisposable, IDisposable
{
    private readonly SharedLoad<AudioLdm2Pipeline> _pipeline;

    public AudioLdm2PipelineProvider(
        IOptions<DdpoOptions> options, ILoggerFactory? loggerFactory = null, IProgress<LoadProgress>? progress = null)
    {
        var settings = options.Value.Pipeline;
        var pipelineOptions = new AudioLdm2PipelineOptions
        {
            Device = settings.Device,
            Precision = settings.Precision,
            LoggerFactory = loggerFactory,
        };
        _pipeline = new(stop => AudioLdm2Pipeline.FromPretrainedAsync(settings.Path!, pipelineOptions, progress, stop));
    }

    public Task<AudioLdm2Pipeline> GetAsync(CancellationToken cancellationToken = default) => _pipeline.GetAsync(cancellationToken);

    public ValueTask DisposeAsync() => _pipeline.DisposeAsync();

    // A container that is disposed synchronously refuses services that cannot be. Nothing below needs the caller's context.
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();
}
