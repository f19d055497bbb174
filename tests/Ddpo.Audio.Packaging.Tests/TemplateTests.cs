using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Packaging.Tests;

/// <summary>What <c>dotnet new</c> makes of the packed templates, in a folder that knows nothing of this repository.</summary>
[Collection(nameof(Packages))]
public sealed class TemplateTests(Packages packages) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_new_training_program_trains_by_its_settings_and_goes_on()
    {
        await NewAsync("ddpo-train", "MyTraining");
        await DotNet.BuildAsync(_folder["MyTraining"], _folder["app"]);
        var assets = Path.Combine(Fixtures.Repository, "samples", "assets", "musicbox");
        string[] Run(int epochs) =>
        [
            _folder["app/MyTraining.dll"],
            "--Ddpo:Pipeline:Path", Path.Combine(assets, "audioldm2-musicbox"),
            "--Ddpo:Rewards:clap_score:Path", Path.Combine(assets, "clap", "musicbox_clap.pt"),
            "--Ddpo:Sampling:NumInferenceSteps", "2", "--Ddpo:Sampling:BatchSize", "2", "--Ddpo:Sampling:NumBatchesPerEpoch", "1",
            "--Ddpo:Sampling:Duration", "00:00:00.32", "--Ddpo:Validation:EveryEpochs", "0", "--Ddpo:Training:NumEpochs", $"{epochs}",
        ];
        await DotNet.RunAsync(_folder.Root, ["exec", .. Run(1)]);
        Assert.Single(File.ReadAllLines(_folder["runs/train/metrics.jsonl"]));
        await DotNet.RunAsync(_folder.Root, ["exec", .. Run(2)]);
        Assert.Equal(2, File.ReadAllLines(_folder["runs/train/metrics.jsonl"]).Length);
        Assert.Contains("quiet_end", File.ReadAllText(_folder["runs/train/metrics.jsonl"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_reward_builds_under_the_users_name()
    {
        await NewAsync("ddpo-reward", "MyRewards");
        await DotNet.BuildAsync(_folder["MyRewards"], _folder["app"]);
        Assert.Contains("namespace MyRewards;", File.ReadAllText(_folder["MyRewards/SteadyLevelReward.cs"]), StringComparison.Ordinal);
        Assert.True(File.Exists(_folder["app/MyRewards.dll"]));
    }

    private async Task NewAsync(string template, string name)
    {
        _folder.Write("nuget.config", packages.Sources());
        string[] hive = ["--debug:custom-hive", _folder["hive"]];
        await DotNet.RunAsync(_folder.Root, ["new", "install", Path.Combine(packages.Folder, $"{Packages.Templates}.{Packages.Version}.nupkg"), .. hive]);
        await DotNet.RunAsync(_folder.Root, ["new", template, "-n", name, .. hive]);
    }
}
