using Microsoft.Extensions.Logging;

namespace Ddpo.Audio.Rewards;

/// <summary>All log messages of this library; event ids from 300 (ONNX files).</summary>
/// <remarks>
/// One class, for the generator of .NET 10 emits the classes of a library in an order that differs from build to build, and the same
/// sources shall make the same library.
/// </remarks>
internal static partial class RewardsLog
{
    [LoggerMessage(300, LogLevel.Information, "{File} runs in ONNX Runtime on {Device}")]
    public static partial void Opened(ILogger logger, string file, string device);
}
