using System.Text.RegularExpressions;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Packaging.Tests;

/// <summary>A user's new project, which knows nothing of this repository.</summary>
[Collection(nameof(Packages))]
public sealed class ConsumerTests(Packages packages) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_new_console_project_adds_the_packages_and_trains_with_the_readmes_program()
    {
        var project = _folder["Consumer"];
        _folder.Write("nuget.config", packages.Sources());
        await DotNet.RunAsync(_folder.Root, "new", "console", "-n", "Consumer", "--no-restore");
        foreach (var (package, version) in Packages.Ids.Select(id => (id, Packages.Version)).Append(("TorchSharp-cpu", PackageCache.Version("TorchSharp-cpu"))))
        {
            await DotNet.RunAsync(project, "add", "package", package, "--version", version, "--no-restore");
        }

        _folder.Write("Consumer/Program.cs", Program());
        await DotNet.BuildAsync(project, _folder["app"]);
        var home = Directory.CreateDirectory(_folder["home"]).FullName;
        var output = await DotNet.RunAsync(_folder.Root, home, [_folder["app/Consumer.dll"]]);

        Assert.Equal(["0", "1"], output.Split('\n').Select(line => Regex.Match(line, @"^ +(\d+)  reward -?\d\.\d{3} ± ").Groups[1].Value));
        Assert.Equal(2, File.ReadAllLines(_folder["runs/first/metrics.jsonl"]).Length);
        Assert.NotEmpty(Directory.GetFiles(_folder["runs/first"], "pytorch_lora_weights.safetensors", SearchOption.AllDirectories));
    }

    /// <summary>The first program of the package's README, on the small model that comes with the samples, and with small numbers.</summary>
    private string Program()
    {
        var readme = System.Text.Encoding.UTF8.GetString(packages.Read("Ddpo.Audio", "README.md"));
        var program = Regex.Match(readme, "```csharp\n(.*?)```", RegexOptions.Singleline).Groups[1].Value;
        var assets = Path.Combine(Fixtures.Repository, "samples", "assets", "musicbox");
        foreach (var (text, other) in new[]
        {
            ("\"cvssp/audioldm2-music\"", $"@\"{Path.Combine(assets, "audioldm2-musicbox")}\""),
            ("\"laion/larger_clap_music\"", $"@\"{Path.Combine(assets, "clap", "musicbox_clap.pt")}\""),
            (".WithSeed(42)", ".WithSeed(42)"
                + ".ConfigureSampling(o => (o.NumInferenceSteps, o.BatchSize, o.NumBatchesPerEpoch, o.Duration) = (2, 2, 1, TimeSpan.FromSeconds(0.32)))"
                + ".ConfigureTraining(o => o.NumEpochs = 2)"),
        })
        {
            Assert.Contains(text, program, StringComparison.Ordinal);
            program = program.Replace(text, other, StringComparison.Ordinal);
        }

        return program;
    }
}
