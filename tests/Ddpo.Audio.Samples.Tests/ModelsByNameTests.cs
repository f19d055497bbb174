using System.Diagnostics;
using Ddpo.Audio.Testing;
using Ddpo.Audio.Testing.Hub;

namespace Ddpo.Audio.Samples.Tests;

/// <summary>The samples with models of a hub, in place of the files that come with them.</summary>
public sealed class ModelsByNameTests : IDisposable
{
    private readonly FakeHub _hub = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _hub.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Training_generating_and_evaluating_take_names_where_they_take_paths()
    {
        var assets = Path.Combine(Fixtures.Repository, "samples", "assets", "musicbox");
        var emopia = Path.Combine(assets, "emopia", "best_weight", "wav", "ar_va");
        _hub.With("owner/musicbox", Path.Combine(assets, "audioldm2-musicbox"))
            .With("owner/clap", ("musicbox_clap.pt", File.ReadAllBytes(Path.Combine(assets, "clap", "musicbox_clap.pt"))))
            .With("FacebookAI/roberta-base", Path.Combine(assets, "clap", "tokenizer"))
            .With("owner/emopia", emopia);

        string[] rewards = ["--Rewards:clap_score:Path", "owner/clap/musicbox_clap.pt", "--Rewards:emo_score:Path", "owner/emopia"];
        var (code, output, error) = await RunAsync(
            "Train",
            [
                .. rewards, "--model", "owner/musicbox", "--steps", "2", "--duration", "00:00:00.32", "--Sampling:BatchSize", "2", "--Sampling:NumBatchesPerEpoch", "1",
                "--Ddpo:SkipLastTimesteps", "1", "--Prompts:Words:instrument", "piano", "--Validation:EveryEpochs", "1000000", "--Validation:NumClipsPerPrompt", "1",
                "--epochs", "1", "--output", _folder["run"],
            ]);
        Assert.True(code == 0, error + output);
        Assert.Contains("owner/clap/musicbox_clap.pt", await File.ReadAllTextAsync(_folder["run/settings.json"]), StringComparison.Ordinal);
        Assert.All(
            Directory.GetFiles(_folder.Root, "*.json*", SearchOption.AllDirectories),
            file => Assert.DoesNotContain(FakeHub.Token, File.ReadAllText(file), StringComparison.Ordinal));
        Assert.DoesNotContain(FakeHub.Token, output + error, StringComparison.Ordinal);

        // From now on without a connection.
        var sent = _hub.Sent;
        _hub.Server.Dispose();
        (code, output, error) = await RunAsync(
            "Generate", ["--model", "owner/musicbox", "--Pipeline:Hub:Offline", "true", "--steps", "2", "--duration", "00:00:00.32", "--output", _folder["out"]]);
        Assert.True(code == 0, error + output);
        (code, output, error) = await RunAsync(
            "Evaluate",
            [.. rewards, "--Rewards:clap_score:Hub:Offline", "true", "--Rewards:emo_score:Hub:Offline", "true", "--input", _folder["out"], "--output", _folder["scores"]]);
        Assert.True(code is 0 or 2, error + output);
        Assert.Contains("clap_score: mean", output, StringComparison.Ordinal);
        Assert.Equal(sent, _hub.Sent);

        (code, _, error) = await RunAsync("Generate", ["--model", "owner/other", "--Pipeline:Hub:Offline", "true", "--output", _folder["other"]]);
        Assert.Equal(1, code);
        Assert.Contains("'owner/other'", error, StringComparison.Ordinal);
        Assert.Contains("is not in the cache", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    private Task<(int Code, string Output, string Error)> RunAsync(string name, string[] arguments) => SampleProgram.RunAsync(
        new ProcessStartInfo("dotnet", [Path.Combine(SampleProgram.Folder(name), name + ".dll"), .. arguments])
        {
            Environment =
            {
                ["HF_ENDPOINT"] = _hub.Server.Address.ToString(), ["HF_HUB_CACHE"] = _hub.Cache.Root, ["HF_TOKEN"] = FakeHub.Token, ["HF_HUB_OFFLINE"] = "0",
            },
        });
}
