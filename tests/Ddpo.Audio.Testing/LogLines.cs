using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Ddpo.Audio.Testing;

/// <summary>Keeps what was logged, but for the remarks on libtorch (102 and 103), which the first log in a process gets, whichever that is.</summary>
/// <param name="ofSteps">Whether what is said about steps with little noise counts, which the runs of most tests have.</param>
public sealed class LogLines(bool ofSteps = false) : ILoggerFactory, ILogger
{
    private readonly ConcurrentQueue<(LogLevel Level, string Message)> _lines = new();

    /// <summary>The messages that are warnings or worse, in order.</summary>
    public IReadOnlyList<string> Warnings => [.. _lines.Where(line => line.Level >= LogLevel.Warning).Select(line => line.Message)];

    /// <summary>All messages, in order.</summary>
    public IReadOnlyList<string> Messages => [.. _lines.Select(line => line.Message)];

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => this;

    /// <inheritdoc/>
    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => true;

    /// <inheritdoc/>
    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        ArgumentNullException.ThrowIfNull(formatter);
        if (eventId.Id is not (102 or 103) && (ofSteps || eventId.Id != 225))
        {
            _lines.Enqueue((logLevel, formatter(state, exception)));
        }
    }

    /// <summary>Nothing to free.</summary>
    public void Dispose()
    {
    }
}
