using Microsoft.Extensions.Logging;

namespace Ddpo.Audio.Training;

/// <summary>Log messages of a training run; event ids from 200.</summary>
internal static partial class TrainingLog
{
    [LoggerMessage(
        200,
        LogLevel.Warning,
        "Epoch {Epoch}: before the first update the ratio is off 1 by {Error}, near or beyond the clip range {ClipRange}. Sampling and "
        + "training disagree: use equal batch sizes, guidance in both, and a higher precision.")]
    public static partial void RatioOffPolicy(ILogger logger, int epoch, double error, double clipRange);
}
