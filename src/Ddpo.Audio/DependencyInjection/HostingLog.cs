using Microsoft.Extensions.Logging;

namespace Ddpo.Audio.DependencyInjection;

/// <summary>Log messages of training in a host; event ids from 400.</summary>
internal static partial class HostingLog
{
    [LoggerMessage(400, LogLevel.Information, "Loading {Path} and the rewards")]
    public static partial void Loading(ILogger logger, string? path);

    [LoggerMessage(401, LogLevel.Information, "Training for {Epochs} epochs")]
    public static partial void Training(ILogger logger, int epochs);

    [LoggerMessage(
        402, LogLevel.Information, "Epoch {Epoch} of {Epochs}: reward {Mean:F4} ± {Std:F4}, approximate KL {ApproxKl:E2}, {Seconds:F1} s")]
    public static partial void EpochDone(ILogger logger, int epoch, int epochs, double mean, double std, double approxKl, double seconds);

    [LoggerMessage(403, LogLevel.Information, "Training is done after {Epochs} epochs")]
    public static partial void Trained(ILogger logger, int epochs);

    [LoggerMessage(404, LogLevel.Information, "Training was stopped after {Done} of {Epochs} epochs; its run: {Directory}")]
    public static partial void Stopped(ILogger logger, int done, int epochs, string directory);

    [LoggerMessage(405, LogLevel.Information, "Training was stopped before it began")]
    public static partial void StoppedLoading(ILogger logger);
}
