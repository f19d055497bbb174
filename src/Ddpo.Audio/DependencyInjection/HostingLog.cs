using Microsoft.Extensions.Logging;

namespace Ddpo.Audio.DependencyInjection;

/// <summary>Log messages of training in a host; event ids from 400. The training itself logs by <see cref="Training.TrainingLog"/>.</summary>
internal static partial class HostingLog
{
    [LoggerMessage(400, LogLevel.Information, "Loading {Path} and the rewards")]
    public static partial void Loading(ILogger logger, string? path);

    [LoggerMessage(404, LogLevel.Information, "Training was stopped after {Done} of {Epochs} epochs; its run: {Directory}")]
    public static partial void Stopped(ILogger logger, int done, int epochs, string directory);

    [LoggerMessage(405, LogLevel.Information, "Training was stopped before it began")]
    public static partial void StoppedLoading(ILogger logger);
}
