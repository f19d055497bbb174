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
        var start = new ProcessStartInfo("dotnet", [folder["Generate.dll"], "--model", TinyPipeline.Folder, "--prompt", "piano", "--output", folder["out"]]);
        start.Environment.Remove("LD_LIBRARY_PATH");
        start.Environment["NUGET_PACKAGES"] = folder["packages"]; // TorchSharp looks there, too
        var (code, _, error) = await SampleProgram.RunAsync(start);
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
        var built = SampleProgram.Folder("Generate");
        var managed = Directory.GetFiles(built, "*.dll").Select(path => Path.GetFileName(path));
        folder.Copy(built, [.. managed, "Generate.runtimeconfig.json"]);
    }
}
