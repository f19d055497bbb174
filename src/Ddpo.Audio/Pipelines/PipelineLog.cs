using Microsoft.Extensions.Logging;

namespace Ddpo.Audio.Pipelines;

/// <summary>Log messages of the pipeline; event ids from 100.</summary>
internal static partial class PipelineLog
{
    [LoggerMessage(
        100, LogLevel.Warning, "{Encoder} reads {Tokens} tokens at most; the end of this prompt was cut off: \"{Prompt}\"")]
    public static partial void PromptTruncated(ILogger logger, string encoder, int tokens, string prompt);

    [LoggerMessage(101, LogLevel.Information, "Loaded {Directory} on {Device} in {Precision}: {Seconds:F1} s.")]
    public static partial void Loaded(ILogger logger, string directory, string device, Precision precision, double seconds);
}
