using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace Ddpo.Audio.Samples;

/// <summary>How a program ends: 0, 1 after an error that it names, 130 when it was stopped.</summary>
internal static partial class ExitCode
{
    /// <summary>
    /// Runs a program, as one of several processes when mpirun or the like started it. Ctrl-C, a request to terminate, or a terminal that closes cancels its
    /// token, so that it can end in order; asked a second time it ends at once.
    /// </summary>
    public static async Task<int> OfAsync(Func<ICollective, CancellationToken, Task<int>> program)
    {
        if (IsOfOpenMpi || Screen.IsPlain)
        {
            // .NET itself would write control characters to a terminal, which Open MPI gives rank 0: they would be in the job's output.
            Environment.SetEnvironmentVariable("TERM", "dumb");
        }

        ICollective collective;
        try
        {
            collective = Collective.FromEnvironment();
        }
        catch (CollectiveException exception)
        {
            Console.Error.WriteLine(exception.Message);
            return 1;
        }

        await using var job = collective; // after whatever is said below
        return await OfAsync(collective, program);
    }

    private static async Task<int> OfAsync(ICollective collective, Func<ICollective, CancellationToken, Task<int>> program)
    {
        (CultureInfo.CurrentCulture, CultureInfo.DefaultThreadCurrentCulture) = (CultureInfo.InvariantCulture, CultureInfo.InvariantCulture); // settings are so, too
        using var stop = new CancellationTokenSource();
        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = !stop.IsCancellationRequested;
            if (stop.IsCancellationRequested && !Console.IsOutputRedirected)
            {
                Console.CursorVisible = true; // which it is not while something is in progress
            }

            stop.Cancel();
        }

        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);

        // Open MPI's mpirun, when it is interrupted, sends this a second before SIGTERM, and that a second before SIGKILL.
        using var warning = IsOfOpenMpi && !OperatingSystem.IsWindows() ? PosixSignalRegistration.Create(PosixSignal.SIGCONT, _ => stop.Cancel()) : null;
        try
        {
            return await program(collective, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested || collective.Size > 1)
        {
            Say(collective, "Stopped.");
            return 130;
        }
        catch (CollectiveException exception)
        {
            Say(collective, exception.Message);
            return 1;
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
            Console.Error.WriteLine(collective.Rank == 0 ? exception.Message : $"rank {collective.Rank}: {exception.Message}");
            return 1;
        }
    }

    private static bool IsOfOpenMpi => Environment.GetEnvironmentVariable("OMPI_COMM_WORLD_SIZE") is not null;

    /// <summary>Says what all ranks know, once.</summary>
    private static void Say(ICollective collective, string message)
    {
        if (collective.Rank == 0 || message.StartsWith("Rank 0 (", StringComparison.Ordinal)) // which has nothing to say any more
        {
            Console.Error.WriteLine(message);
        }
    }

    [GeneratedRegex(@"^\w+(:\w+)*(?=: |, )")]
    private static partial Regex Key();
}
