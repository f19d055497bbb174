using Microsoft.Extensions.Logging;

namespace Ddpo.Audio.Rewards;

/// <summary>All log messages of this library; event ids from 300 (ONNX files) and 310 (what is put around rewards).</summary>
/// <remarks>
/// One class, for the generator of .NET 10 emits the classes of a library in an order that differs from build to build, and the same
/// sources shall make the same library.
/// </remarks>
internal static partial class RewardsLog
{
    [LoggerMessage(300, LogLevel.Information, "{File} runs in ONNX Runtime on {Device}")]
    public static partial void Opened(ILogger logger, string file, string device);

    [LoggerMessage(
        310, LogLevel.Warning, "Reward '{Name}' failed at call {Attempt} of {MaxAttempts}; the next is in {Pause}.")]
    public static partial void Retrying(ILogger logger, string name, int attempt, int maxAttempts, TimeSpan pause, Exception exception);
}
