using Microsoft.Extensions.Logging;

namespace Ddpo.Audio.Training.Sharing;

/// <summary>The log of a rank that does not write the run: warnings and worse, with the rank's number.</summary>
internal sealed class RankLogger(ILogger logger, int rank) : ILogger
{
    /// <summary>A rank's log: the first has all of it.</summary>
    public static ILogger Of(ILogger logger, RankGroup ranks) => ranks.IsFirst ? logger : new RankLogger(logger, ranks.Rank);

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning && logger.IsEnabled(logLevel);

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            logger.Log(logLevel, eventId, state, exception, (values, error) => $"rank {rank}: {formatter(values, error)}");
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => logger.BeginScope(state);
}
