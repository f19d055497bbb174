using System.Diagnostics;

namespace Ddpo.Audio.Testing;

/// <summary>Runs the programs in <c>samples</c>. A project that does refers to them, so that they are built before it.</summary>
public static class SampleProgram
{
    /// <summary>Where a sample was built, in the same configuration as the running tests.</summary>
    public static string Folder(string name)
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory); // .../bin/<configuration>/<framework>
        return Path.Combine(Fixtures.Repository, "samples", name, "bin", output.Parent!.Name, output.Name);
    }

    /// <summary>Runs a sample as a process, for two minutes at most, and returns its exit code and what it wrote.</summary>
    public static Task<(int Code, string Output, string Error)> RunAsync(string name, params string[] arguments) =>
        RunAsync(new ProcessStartInfo("dotnet", [Path.Combine(Folder(name), name + ".dll"), .. arguments]));

    /// <inheritdoc cref="RunAsync(string, string[])"/>
    public static async Task<(int Code, string Output, string Error)> RunAsync(ProcessStartInfo start)
    {
        ArgumentNullException.ThrowIfNull(start);
        (start.RedirectStandardError, start.RedirectStandardOutput) = (true, true);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        try
        {
            await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }

        return (process.ExitCode, await output.ConfigureAwait(false), await error.ConfigureAwait(false));
    }
}
