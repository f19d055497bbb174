using System.Text.RegularExpressions;
using System.Xml.Linq;
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
        _folder.Write("nuget.config", Sources());
        await DotNet.RunAsync(_folder.Root, "new", "console", "-n", "Consumer", "--no-restore");
        foreach (var (package, version) in StandIns())
        {
            await DotNet.RunAsync(project, "add", "package", package, "--version", version, "--no-restore");
        }

        foreach (var package in Packages.Ids)
        {
            await DotNet.RunAsync(project, "add", "package", package, "--version", Packages.Version, "--no-restore");
        }

        _folder.Write("Consumer/Program.cs", Program());
        await DotNet.RunAsync(project, "build", "-c", "Release", "-o", _folder["app"], "-v", "q");
        var output = await DotNet.RunAsync(_folder.Root, _folder["app/Consumer.dll"]);

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
            ("\"models/audioldm2-music\"", $"@\"{Path.Combine(assets, "audioldm2-musicbox")}\""),
            ("\"models/music_audioset_epoch_15_esc_90.14.pt\"", $"@\"{Path.Combine(assets, "clap", "musicbox_clap.pt")}\""),
            (".WithSeed(42)", ".WithSeed(42)"
                + ".ConfigureSampling(o => (o.NumInferenceSteps, o.BatchSize, o.NumBatchesPerEpoch, o.Duration) = (2, 2, 1, TimeSpan.FromSeconds(0.32)))"
                + ".ConfigureTraining(o => o.NumEpochs = 2)"),
            ("cancellationToken: cancellationToken", "cancellationToken: default"),
        })
        {
            Assert.Contains(text, program, StringComparison.Ordinal);
            program = program.Replace(text, other, StringComparison.Ordinal);
        }

        return program;
    }

    /// <summary>
    /// Takes the packages under test from where they were made, never from a cache, and all others from those that this repository was
    /// restored with: the machine's package folder is a source, too.
    /// </summary>
    private string Sources()
    {
        var known = PackageFolder();
        // What was once installed from elsewhere under the same version must not be taken for what is tested.
        var isFree = Packages.Ids.All(id => !Directory.Exists(Path.Combine(known, id.ToLowerInvariant(), Packages.Version)));
        return $"""
            <configuration>
              <packageSources><clear /><add key="made" value="{packages.Folder}" /><add key="known" value="{known}" /></packageSources>
              <packageSourceMapping>
                <packageSource key="made"><package pattern="Ddpo.Audio" /><package pattern="Ddpo.Audio.*" /></packageSource>
                <packageSource key="known"><package pattern="*" /></packageSource>
              </packageSourceMapping>
              <config><add key="globalPackagesFolder" value="packages" /></config>
              <fallbackPackageFolders><clear />{(isFree ? $"""<add key="known" value="{known}" />""" : "")}</fallbackPackageFolders>
            </configuration>
            """;
    }

    private static string PackageFolder()
    {
        var assets = File.ReadAllText(Path.Combine(Fixtures.Repository, "src", "Ddpo.Audio.Rewards", "obj", "project.assets.json"));
        return System.Text.Json.JsonDocument.Parse(assets).RootElement.GetProperty("packageFolders").EnumerateObject().First().Name;
    }

    /// <summary>
    /// The native libraries, which each program adds. Where packages are stand-ins (eng/offline), they have to be named, for their versions
    /// are prereleases of those that Ddpo.Audio asks for; NuGet warns of that as of a downgrade.
    /// </summary>
    private List<(string Package, string Version)> StandIns()
    {
        var props = Path.Combine(Fixtures.Repository, "artifacts", "offline", "Offline.props");
        var suffixes = File.Exists(props)
            ? XDocument.Load(props).Descendants("PropertyGroup").Elements().ToDictionary(element => element.Name.LocalName, element => element.Value)
            : [];
        var standIns = new List<(string, string)>();
        foreach (var (package, name) in new[]
        {
            ("TorchSharp", "TorchSharp"), ("TorchSharp-cpu", "TorchSharp"), ("NAudio", "NAudio"), ("Microsoft.ML.OnnxRuntime.Gpu", "OnnxRuntime"),
        })
        {
            var suffix = suffixes.GetValueOrDefault($"Offline{name}Suffix", "");
            var version = XDocument.Load(Path.Combine(Fixtures.Repository, "Directory.Packages.props")).Descendants(name + "Version").Single().Value.Split('$')[0];
            if (suffix.Length > 0 || package == "TorchSharp-cpu")
            {
                standIns.Add((package, version + suffix));
            }
        }

        if (suffixes.Count > 0)
        {
            _folder.Write("Directory.Build.props", "<Project><PropertyGroup><NoWarn>$(NoWarn);NU1605</NoWarn></PropertyGroup></Project>");
        }

        return standIns;
    }
}
