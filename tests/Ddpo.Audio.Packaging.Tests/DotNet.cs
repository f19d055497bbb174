using System.Diagnostics;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Packaging.Tests;

/// <summary>The dotnet command, which leaves no server behind that would keep the tests' output open.</summary>
internal static class DotNet
{
    /// <summary>Runs it in a folder, and returns what it wrote. A failure is the test's.</summary>
    public static Task<string> RunAsync(string folder, params string[] arguments) => RunAsync(folder, null, arguments);

    /// <summary>Builds a user's project, warnings being errors, with links to native files: libtorch of three platforms is a gigabyte.</summary>
    public static Task<string> BuildAsync(string project, string output) => RunAsync(
        project, "build", "-c", "Release", "-o", output, "-v", "q", "-warnaserror", "-p:CreateHardLinksForCopyLocalIfPossible=true");

    /// <summary>Runs it for a user whose home is another folder.</summary>
    public static async Task<string> RunAsync(string folder, string? home, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = folder };
        if (home is not null)
        {
            start.Environment["HOME"] = home;
            start.Environment.Remove("XDG_CACHE_HOME");
        }

        (start.Environment["MSBUILDDISABLENODEREUSE"], start.Environment["UseSharedCompilation"]) = ("1", "false");
        (start.Environment["DOTNET_NOLOGO"], start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"]) = ("1", "1");
        var (code, output, error) = await SampleProgram.RunAsync(start);
        Assert.True(code == 0, $"dotnet {string.Join(' ', arguments)}\n{output}\n{error}");
        return output;
    }
}
