using System.Diagnostics;
using Ddpo.Audio.Runtime.LibTorch;
using Ddpo.Audio.Testing;
using Ddpo.Audio.Tests.Pipelines;

namespace Ddpo.Audio.Tests.Runtime.LibTorch;

/// <summary>samples/Generate with TorchSharp's native file as it was published, and folders of its own for all that it might write.</summary>
internal sealed class UntouchedProgram : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public UntouchedProgram()
    {
        var built = SampleProgram.Folder("Generate");
        foreach (var path in Directory.GetFiles(built))
        {
            var name = Path.GetFileName(path);
            if (name.Contains(".so", StringComparison.Ordinal))
            {
                File.CreateSymbolicLink(Path.Combine(Directory.CreateDirectory(App).FullName, name), path); // half a gigabyte
            }
            else
            {
                _folder.Write(Path.Combine("app", name), File.ReadAllBytes(path));
            }
        }

        Replace(TorchFiles.Bridge, Published);
        Directory.CreateDirectory(Home);
        Directory.CreateDirectory(Temporary);
    }

    /// <summary>TorchSharp's native file.</summary>
    public static byte[] Published { get; } = PackageCache.Read("TorchSharp", "runtimes/linux-x64/native/" + TorchFiles.Bridge);

    /// <summary>The program's folder, its user's, and the one for temporary files.</summary>
    public string App => _folder["app"];

    /// <inheritdoc cref="App"/>
    public string Home => _folder["home"];

    /// <inheritdoc cref="App"/>
    public string Temporary => _folder["temporary"];

    /// <summary>The copies in the user's cache.</summary>
    public string[] Copies() => Directory.GetFiles(Home, "*", SearchOption.AllDirectories);

    /// <summary>Puts other bytes into the place of one of the program's native files.</summary>
    public void Replace(string name, byte[] content)
    {
        File.Delete(Path.Combine(App, name)); // a link, whose target is not meant
        _folder.Write(Path.Combine("app", name), content);
    }

    /// <summary>Generates a clip, and returns the exit code and all that was written to the console.</summary>
    public async Task<(int Code, string Text)> RunAsync(string output = "out", params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(
            "dotnet", [Path.Combine(App, "Generate.dll"), "--model", TinyPipeline.Folder, "--prompt", "piano", "--steps", "2", "--duration", "0.32", "--output", _folder[output]]);
        foreach (var (name, value) in new[] { ("HOME", Home), ("TMPDIR", Temporary), ("OMP_NUM_THREADS", "1"), ("DOTNET_EnableDiagnostics", "0") }.Concat(environment))
        {
            start.Environment[name] = value;
        }

        start.Environment.Remove("XDG_CACHE_HOME");
        var (code, text, error) = await SampleProgram.RunAsync(start);
        return (code, text + error);
    }

    public void Dispose() => _folder.Dispose();
}
