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
        Assert.Contains(" clap_score ", output, StringComparison.Ordinal);
        Assert.Equal(sent, _hub.Sent);

        (code, _, error) = await RunAsync("Generate", ["--model", "owner/other", "--Pipeline:Hub:Offline", "true", "--output", _folder["other"]]);
        Assert.Equal(1, code);
        Assert.Contains("'owner/other'", error, StringComparison.Ordinal);
        Assert.Contains("is not in the cache", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_is_killed_while_it_downloads_is_gone_on_with_and_two_at_once_fetch_a_file_once()
    {
        const string File = "unet/diffusion_pytorch_model.safetensors";
        var model = Path.Combine(Fixtures.Repository, "samples", "assets", "musicbox", "audioldm2-musicbox");
        var weights = await System.IO.File.ReadAllBytesAsync(Path.Combine(model, File));
        _hub.With("owner/musicbox", model).OnStore = request => FakeHub.FileOf(request.Path) == File && request.From == 0
            ? new LocalReply(200, weights) { SendOnly = weights.Length / 2, Stalls = true }
            : null;
        string[] Arguments(string output) => ["--model", "owner/musicbox", "--steps", "2", "--duration", "00:00:00.32", "--Seed", "7", "--output", _folder[output]];

        using (var first = Process.Start(Start("Generate", Arguments("killed")))!)
        {
            for (var clock = Stopwatch.StartNew(); Part() < weights.Length / 4; await Task.Delay(20))
            {
                Assert.True(clock.Elapsed < TimeSpan.FromMinutes(1) && !first.HasExited, "nothing is downloaded");
            }

            first.Kill(); // SIGKILL
            await first.WaitForExitAsync();
        }

        var kept = Part();
        var both = await Task.WhenAll(RunAsync("Generate", Arguments("one")), RunAsync("Generate", Arguments("two")));
        Assert.All(both, run => Assert.True(run.Code == 0, run.Error + run.Output));
        Assert.Equal([0, kept], _hub.Store.Requests.Where(request => request.Method == "GET" && FakeHub.FileOf(request.Path) == File).Select(request => (long)request.From));
        Assert.Equal(await System.IO.File.ReadAllBytesAsync(_folder["one/0000.wav"]), await System.IO.File.ReadAllBytesAsync(_folder["two/0000.wav"]));
        Assert.False(System.IO.File.Exists(_folder["killed/0000.wav"]));

        long Part() => Directory.GetFiles(_hub.Cache.Root, FakeHub.EtagOf(File, weights) + ".incomplete", SearchOption.AllDirectories)
            .Select(path => new FileInfo(path).Length).SingleOrDefault();
    }

    private Task<(int Code, string Output, string Error)> RunAsync(string name, string[] arguments) => SampleProgram.RunAsync(Start(name, arguments));

    private ProcessStartInfo Start(string name, string[] arguments) => new("dotnet", [Path.Combine(SampleProgram.Folder(name), name + ".dll"), .. arguments])
    {
        Environment =
        {
            ["HF_ENDPOINT"] = _hub.Server.Address.ToString(), ["HF_HUB_CACHE"] = _hub.Cache.Root, ["HF_TOKEN"] = FakeHub.Token, ["HF_HUB_OFFLINE"] = "0",
        },
    };
}
