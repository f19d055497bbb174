using Microsoft.Extensions.Logging;

namespace Ddpo.Audio.Rewards.Composition;

/// <summary>Log messages of what is put around rewards; event ids from 310.</summary>
internal static partial class CompositionLog
{
    [LoggerMessage(
        310, LogLevel.Warning, "Reward '{Name}' failed at call {Attempt} of {MaxAttempts}; the next is in {Pause}.")]
    public static partial void Retrying(ILogger logger, string name, int attempt, int maxAttempts, TimeSpan pause, Exception exception);
}
