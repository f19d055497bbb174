using Microsoft.Extensions.Options;

namespace Ddpo.Audio.Samples;

/// <summary>The model that clips are made with: a second one beside the container's, which is trained.</summary>
/// <remarks>
/// A pipeline does one thing at a time, and a trainer's adapter is on its UNet for as long as the trainer lives. With one pipeline, a clip
/// made during a run would wait for a batch of samples or a whole update, and would be played with the half-trained adapter, whatever
/// was chosen. With two, what is heard is what was chosen, and neither waits for the other. It costs the model's memory a second
/// time (20 MB for the musicbox); with a large model on one GPU, refuse clips during a run instead.
/// </remarks>
internal sealed class PlayerPipeline(IOptions<DdpoOptions> options, ILoggerFactory log, IHostApplicationLifetime lifetime) : IAsyncDisposable
{
    private readonly Lazy<Task<AudioLdm2Pipeline>> _loading = new(() => AudioLdm2Pipeline.FromPretrainedAsync(
        options.Value.Pipeline.Path!,
        new() { Device = options.Value.Pipeline.Device, Precision = options.Value.Pipeline.Precision, LoggerFactory = log },
        cancellationToken: lifetime.ApplicationStopping));

    /// <summary>The pipeline, loaded when first asked for.</summary>
    /// <exception cref="CheckpointException">A file is missing or damaged.</exception>
    public Task<AudioLdm2Pipeline> GetAsync(CancellationToken cancellationToken) => _loading.Value.WaitAsync(cancellationToken);

    /// <summary>Frees it, after the clip that it works on.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_loading.IsValueCreated)
        {
            await ((Task)_loading.Value).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_loading.Value.IsCompletedSuccessfully)
            {
                await _loading.Value.Result.DisposeAsync();
            }
        }
    }
}
