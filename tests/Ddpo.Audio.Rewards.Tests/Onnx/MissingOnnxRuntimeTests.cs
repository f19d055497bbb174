using System.Diagnostics;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Rewards.Tests.Onnx;

public sealed class MissingOnnxRuntimeTests
{
    [Fact]
    public async Task Without_the_native_library_a_program_is_told_which_package_to_add()
    {
        using var program = new SampleCopy("Evaluate");
        program.Remove("*onnxruntime*.so");
        using var output = new TemporaryFolder();
        var (code, _, error) = await SampleProgram.RunAsync(new ProcessStartInfo(
            "dotnet",
            [
                program.Program, "--Rewards:clap_score", "false", "--output", output["out"],
                "--input", Path.Combine(Fixtures.Repository, "samples", "assets", "musicbox", "examples"),
                "--Rewards:emo_score:Path", Fixtures.Path("rewards", "onnx", "emopia.onnx"),
            ]));
        Assert.Equal(1, code);
        Assert.Contains("Add the package Microsoft.ML.OnnxRuntime.Gpu", error, StringComparison.Ordinal);
        Assert.Contains("'onnxruntime'", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }
}
