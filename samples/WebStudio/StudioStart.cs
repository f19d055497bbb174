using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;

namespace Ddpo.Audio.Samples;

/// <summary>Starts the studio and waits for its end. When it cannot start, it says why in a line, and not in the host's page of stack traces.</summary>
internal static class StudioStart
{
    private static bool s_hasStarted;

    /// <summary>Runs what is built.</summary>
    /// <param name="args">The command line; asked for help, the studio writes that and ends.</param>
    /// <param name="build">Builds it.</param>
    /// <returns>The exit code: 0 when it was stopped, 1 when it could not start.</returns>
    public static async Task<int> RunAsync(string[] args, Func<WebApplication> build)
    {
        (CultureInfo.CurrentCulture, CultureInfo.DefaultThreadCurrentCulture) = (CultureInfo.InvariantCulture, CultureInfo.InvariantCulture);
        if (StudioArguments.AnswerHelp(args))
        {
            return 0;
        }

        var address = default(string);
        try
        {
            StudioArguments.Check(args);
            await using var app = build();
            address = app.Configuration[WebHostDefaults.ServerUrlsKey];
            app.Services.GetService<IStartupValidator>()?.Validate(); // all settings; a service would stop at the first that it needs
            await app.StartAsync();
            s_hasStarted = true;
            using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
            {
                signal.Cancel = true; // a terminal that closes ends the studio as Ctrl-C does, which the host hears already
                app.Lifetime.StopApplication();
            });
            await app.WaitForShutdownAsync();
            return 0;
        }
        catch (Exception exception) when (!s_hasStarted)
        {
            foreach (var line in Explain(exception, address).Distinct())
            {
                await Console.Error.WriteLineAsync(line);
            }

            return 1;
        }
    }

    /// <summary>Keeps the host and its server from logging why they do not start, which is said by the exception, too.</summary>
    public static ILoggingBuilder LogNoFailedStart(this ILoggingBuilder logging)
    {
        foreach (var who in new[] { "Microsoft.Extensions.Hosting.Internal.Host", "Microsoft.AspNetCore.Server.Kestrel" })
        {
            logging.AddFilter(who, level => level >= LogLevel.Warning && (s_hasStarted || level < LogLevel.Error));
        }

        return logging;
    }

    private static IEnumerable<string> Explain(Exception exception, string? address) => exception switch
    {
        AggregateException several => several.InnerExceptions.SelectMany(inner => Explain(inner, address)),
        OptionsValidationException settings => settings.Failures,
        _ when IsOfAddress(exception) => [$"The studio cannot be at {address}: {Message(exception).TrimEnd('.')}. Name another address, such as --urls http://127.0.0.1:5081."],
        _ => [Message(exception)],
    };

    // From the outermost inwards, but for those that say nothing new.
    private static string Message(Exception exception)
    {
        var messages = new List<string>();
        for (var at = exception; at is not null; at = at.InnerException)
        {
            if (!messages.Exists(said => said.Contains(at.Message.TrimEnd('.'), StringComparison.OrdinalIgnoreCase)))
            {
                messages.Add(at.Message.ReplaceLineEndings(" "));
            }
        }

        return string.Join(' ', messages);
    }

    private static bool IsOfAddress(Exception exception) => exception.StackTrace?.Contains("Kestrel", StringComparison.Ordinal) == true;
}
