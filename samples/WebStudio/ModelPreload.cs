using Microsoft.Extensions.Options;

namespace Ddpo.Audio.Samples;

/// <summary>Whether clips can be made.</summary>
/// <param name="Name">The model's name.</param>
/// <param name="Device">Where it is.</param>
/// <param name="Status"><c>loading</c>, <c>ready</c> or <c>failed</c>.</param>
/// <param name="Error">Why it failed.</param>
/// <param name="Progress">How far it is, while it is being loaded.</param>
internal sealed record ModelState(string Name, string Device, string Status, string? Error = null, string? Progress = null);

/// <summary>Loads the model as soon as the studio starts, while the page can be seen already.</summary>
internal sealed partial class ModelPreload(
    [FromKeyedServices(Player.Key)] IDiffusionPipelineProvider player,
    ModelProgress progress,
    ChangeSignal changed,
    IOptions<DdpoOptions> options,
    ILogger<ModelPreload> log) : BackgroundService
{
    private const string Loading = "loading";

    private ModelState _state = new(
        Path.GetFileName(Path.TrimEndingDirectorySeparator(options.Value.Pipeline.Path!)), options.Value.Pipeline.Device, Loading);

    /// <summary>The state at present.</summary>
    public ModelState State => Volatile.Read(ref _state) is { Status: Loading } state ? state with { Progress = progress.Text } : _state;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield(); // starts the server meanwhile
        try
        {
            await player.GetAsync(stoppingToken);
            _state = _state with { Status = "ready" };
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return;
        }
#pragma warning disable CA1031 // Whatever it is, it is said on the page; it would end the studio without a word there.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogFailed(log, exception);
            _state = _state with { Status = "failed", Error = exception.Message };
        }

        changed.Raise();
    }

    [LoggerMessage(1, LogLevel.Error, "The model could not be loaded.")]
    private static partial void LogFailed(ILogger log, Exception exception);
}
