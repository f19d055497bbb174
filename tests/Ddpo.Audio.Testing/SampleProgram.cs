using System.Diagnostics;

namespace Ddpo.Audio.Testing;

/// <summary>Runs the programs in <c>samples</c>. A project that does refers to them, so that they are built before it.</summary>
public static class SampleProgram
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);

    /// <summary>Where a sample (or a program of another room) was built, in the same configuration as the running tests.</summary>
    public static string Folder(string name, string room = "samples")
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory); // .../bin/<configuration>/<framework>
        return Path.Combine(Fixtures.Repository, room, name, "bin", output.Parent!.Name, output.Name);
    }

    /// <summary>Runs a sample as a process, for two minutes at most, and returns its exit code and what it wrote.</summary>
    public static Task<(int Code, string Output, string Error)> RunAsync(string name, params string[] arguments) =>
        RunAsync(Start(name, arguments));

    /// <summary>Runs a sample, and presses Ctrl-C, so to speak, when it writes a line with <paramref name="at"/> in it.</summary>
    public static Task<(int Code, string Output, string Error)> InterruptAsync(string at, string name, params string[] arguments) =>
        InterruptAsync("INT", at, name, arguments);

    /// <summary>Runs a sample, and sends a signal when it writes a line with <paramref name="at"/> in it.</summary>
    public static Task<(int Code, string Output, string Error)> InterruptAsync(string signal, string at, string name, string[] arguments) =>
        RunAsync(WithInterrupts(Start(name, arguments)), at, signal: signal);

    /// <inheritdoc cref="RunAsync(string, string[])"/>
    public static async Task<(int Code, string Output, string Error)> RunAsync(
        ProcessStartInfo start, string? interruptAt = null, TimeSpan? limit = null, string signal = "INT")
    {
        ArgumentNullException.ThrowIfNull(start);
        (start.RedirectStandardError, start.RedirectStandardOutput) = (true, true);
        using var process = Process.Start(start)!;
        using var over = new CancellationTokenSource(limit ?? s_limit);
        try
        {
            var error = process.StandardError.ReadToEndAsync(over.Token);
            var output = new List<string>();
            while (await process.StandardOutput.ReadLineAsync(over.Token).ConfigureAwait(false) is { } line)
            {
                output.Add(line);
                if (interruptAt is not null && line.Contains(interruptAt, StringComparison.Ordinal))
                {
                    interruptAt = null; // a second time would end it at once
                    using var kill = Process.Start("sh", ["-c", $"kill -{signal} {process.Id}"]);
                }
            }

            await process.WaitForExitAsync(over.Token).ConfigureAwait(false);
            return (process.ExitCode, string.Join('\n', output), await error.ConfigureAwait(false));
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    // A job in the background of a script ignores interrupts, and so does all that it starts.
    private static ProcessStartInfo WithInterrupts(ProcessStartInfo start) =>
        new("env", ["--default-signal=INT,HUP", start.FileName, .. start.ArgumentList]);

    private static ProcessStartInfo Start(string name, string[] arguments) =>
        new("dotnet", [Path.Combine(Folder(name), name + ".dll"), .. arguments]);
}
