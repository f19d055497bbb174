using Microsoft.Extensions.Logging;

namespace Ddpo.Audio.Rewards.Onnx;

/// <summary>Log messages of models in ONNX files; event ids from 300.</summary>
internal static partial class OnnxLog
{
    [LoggerMessage(300, LogLevel.Information, "{File} runs in ONNX Runtime on {Device}")]
    public static partial void Opened(ILogger logger, string file, string device);
}
