using System.Diagnostics;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Pipelines;

public sealed class MissingLibTorchTests
{
    [Fact]
    public async Task Without_libtorch_a_program_is_told_which_package_to_add()
    {
        using var folder = new TemporaryFolder();
        CopySample(folder);
        var (code, error) = await RunAsync(folder["Generate.dll"], "--model", TinyPipeline.Folder, "--prompt", "piano", "--output", folder["out"]);
        Assert.Equal(1, code);
        Assert.Contains("libtorch", error, StringComparison.Ordinal);
        Assert.Contains("TorchSharp-cpu", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["out"]), "a folder was left behind");
    }

    /// <summary>
    /// Copies the managed half of samples/Generate, which is built with this project. Without deps.json the runtime looks for
    /// libraries in this folder only, where libtorch is not.
    /// </summary>
    private static void CopySample(TemporaryFolder folder)
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory); // .../bin/<configuration>/<framework>
        var built = Path.Combine(Fixtures.Repository, "samples", "Generate", "bin", output.Parent!.Name, output.Name);
        var managed = Directory.GetFiles(built, "*.dll").Select(path => Path.GetFileName(path));
        folder.Copy(built, [.. managed, "Generate.runtimeconfig.json"]);
    }

    private static async Task<(int Code, string Error)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment.Remove("LD_LIBRARY_PATH");
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }

        await output;
        return (process.ExitCode, await error);
    }
}
