using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace Ddpo.Audio.Samples;

/// <summary>How a program ends: 0, 1 after an error that it names, 130 when it was stopped.</summary>
internal static partial class ExitCode
{
    /// <summary>
    /// Runs a program. Ctrl-C, a request to terminate, or a terminal that closes cancels its token, so that it can end in order; asked a second time it
    /// ends at once.
    /// </summary>
    public static async Task<int> OfAsync(Func<CancellationToken, Task<int>> program)
    {
        (CultureInfo.CurrentCulture, CultureInfo.DefaultThreadCurrentCulture) = (CultureInfo.InvariantCulture, CultureInfo.InvariantCulture); // settings are so, too
        using var stop = new CancellationTokenSource();
        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = !stop.IsCancellationRequested;
            stop.Cancel();
        }

        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);
        try
        {
            return await program(stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            Console.Error.WriteLine("Stopped.");
            return 130;
        }
        catch (OptionsValidationException exception)
        {
            Console.Error.WriteLine(string.Join(Environment.NewLine, exception.Failures));
            if (Key().Match(exception.Failures.First()) is { Success: true } key)
            {
                Console.Error.WriteLine($"Settings are options, too, such as --{key.Value}. See --help.");
            }

            return 1;
        }
        catch (Exception exception) when (exception is SettingsException or CheckpointException or RewardException or ArgumentException
            or NotSupportedException or InvalidOperationException or IOException or InvalidDataException or UnauthorizedAccessException or OutOfMemoryException)
        {
            Console.Error.WriteLine(exception.Message);
            return 1;
        }
    }

    [GeneratedRegex(@"^\w+(:\w+)*(?=: |, )")]
    private static partial Regex Key();
}
