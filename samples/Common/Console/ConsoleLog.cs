using Microsoft.Extensions.Logging;
using Spectre.Console;

namespace Ddpo.Audio.Samples;

/// <summary>Shows what the library has to say between the lines of progress; of a rank that does not write them, warnings alone.</summary>
/// <param name="screen">Where it is shown.</param>
/// <param name="shownElsewhere">Ids of the messages about what the program shows itself.</param>
internal sealed class ConsoleLog(Screen screen, IReadOnlySet<int>? shownElsewhere = null) : ILoggerFactory, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= (screen.IsFirst ? LogLevel.Information : LogLevel.Warning);

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel) && shownElsewhere?.Contains(eventId.Id) != true)
        {
            var level = logLevel == LogLevel.Information ? "" : $"{logLevel.ToString().ToLowerInvariant()}: ";
            var line = level + formatter(state, exception);
            if (screen.IsFirst)
            {
                screen.Print(line, logLevel == LogLevel.Information ? null : Color.Yellow);
            }
            else
            {
                Console.Error.WriteLine(line);
            }
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("This log is the only one.");

    public void Dispose()
    {
    }
}
