using System.Diagnostics;
using Ddpo.Audio.Runtime.LibTorch;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Runtime.LibTorch;

/// <summary>samples/Generate with TorchSharp's native file as it was published, and folders of its own for all that it might write.</summary>
internal sealed class UntouchedProgram : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public UntouchedProgram()
    {
        Files.Replace(TorchFiles.Bridge, Published);
        Directory.CreateDirectory(Home);
        Directory.CreateDirectory(Temporary);
    }

    /// <summary>TorchSharp's native file.</summary>
    public static byte[] Published { get; } = PackageCache.Read("TorchSharp", "runtimes/linux-x64/native/" + TorchFiles.Bridge);

    /// <summary>The program's files.</summary>
    public SampleCopy Files { get; } = new("Generate");

    /// <summary>The home folder of the program's user.</summary>
    public string Home => _folder["home"];

    /// <summary>The folder for temporary files.</summary>
    public string Temporary => _folder["temporary"];

    /// <summary>The copies in the user's cache.</summary>
    public string[] Copies() => Directory.GetFiles(Home, "*", SearchOption.AllDirectories);

    /// <summary>Generates a clip, and returns the exit code and all that was written to the console.</summary>
    public async Task<(int Code, string Text)> RunAsync(string output = "out", params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(
            "dotnet",
            [
                Files.Program, "--model", TinyPipeline.Folder, "--prompt", "piano", "--steps", "2", "--duration", "00:00:00.32",
                "--output", _folder[output],
            ]);
        foreach (var (name, value) in new[] { ("HOME", Home), ("TMPDIR", Temporary), ("OMP_NUM_THREADS", "1"), ("DOTNET_EnableDiagnostics", "0") }.Concat(environment))
        {
            start.Environment[name] = value;
        }

        start.Environment.Remove("XDG_CACHE_HOME");
        var (code, text, error) = await SampleProgram.RunAsync(start);
        return (code, text + error);
    }

    public void Dispose()
    {
        Files.Dispose();
        _folder.Dispose();
    }
}
