using System.Net;
using System.Net.Sockets;
using Ddpo.Audio.Testing;
using Ddpo.Audio.Testing.Hub;

namespace Ddpo.Audio.WebStudio.Tests;

public sealed class LifetimeTests
{
    [Fact]
    public async Task Ending_the_studio_stops_training_in_order_and_keeps_what_it_learned()
    {
        await using var studio = await StudioProcess.StartAsync();
        await using var events = await EventReader.OpenAsync(studio);
        Assert.Equal(202, (await studio.PostAsync("/api/training", Bodies.SmallRun(epochs: 1000))).Status);
        await events.UntilAsync("epoch", _ => true);
        Assert.Equal(0, await studio.TerminateAsync());
        while (await events.NextAsync() is not null)
        {
        }

        var run = Assert.Single(Directory.GetDirectories(studio.Runs));
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(run, "checkpoints"), "pytorch_lora_weights.safetensors", SearchOption.AllDirectories));
        Assert.Contains("ended: Stopped; epochs done: ", studio.Output, StringComparison.Ordinal);
    }

    // The newest checkpoint is what a kill leaves: what came after it is done again, and the same.
    [Fact]
    public async Task Another_studio_goes_on_with_a_run_that_was_killed_and_ends_with_the_same_weights()
    {
        const int Epochs = 12;
        string runs;
        using var kept = new TemporaryFolder();
        byte[] whole;
        await using (var first = await StudioProcess.StartAsync("--Studio:Runs", runs = kept["runs"]))
        {
            await using var events = await EventReader.OpenAsync(first);
            var (_, state) = await first.PostAsync("/api/training", Bodies.SmallRun(Epochs));
            await events.UntilRunAsync(state, run => run.GetProperty("status").GetString() == "finished");
            whole = await WeightsAsync(runs, state);
            Assert.Equal(409, (await first.PostAsync("/api/training/resume", new { run = state.GetProperty("run").GetString() })).Status); // it is done

            await first.PostAsync("/api/training", Bodies.SmallRun(Epochs));
            await events.UntilAsync("epoch", epoch => epoch.GetProperty("index").GetInt32() == 2);
        } // killed

        await using var studio = await StudioProcess.StartAsync("--Studio:Runs", runs);
        var listed = (await studio.GetAsync("/api/runs"))[0];
        Assert.True(listed.GetProperty("canResume").GetBoolean(), listed.ToString());
        Assert.InRange(listed.GetProperty("epochs").GetInt32(), 1, Epochs - 1);
        await using var watched = await EventReader.OpenAsync(studio);
        var (status, resumed) = await studio.PostAsync("/api/training/resume", new { run = listed.GetProperty("run").GetString() });
        Assert.True(status == 202, resumed.ToString());
        Assert.Equal(Epochs, resumed.GetProperty("numEpochs").GetInt32());
        await watched.UntilRunAsync(resumed, run => run.GetProperty("status").GetString() == "finished");
        Assert.Equal(Enumerable.Range(0, Epochs), watched.Seen.Where(seen => seen.Name == "epoch").Select(seen => seen.Data.GetProperty("index").GetInt32()));
        Assert.Equal(whole, await WeightsAsync(runs, resumed));

        // What has no checkpoint, and what is not there, is said.
        Directory.CreateDirectory(Path.Combine(runs, "empty"));
        foreach (var (name, code, expected) in new[] { ("empty", 409, "empty has no checkpoint"), ("../runs", 404, "choose one of the list") })
        {
            var (refused, problem) = await studio.PostAsync("/api/training/resume", new { run = name });
            Assert.Equal(code, refused);
            Assert.Contains(expected, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_run_with_other_rewards_is_refused_with_what_is_different_and_stays_as_it_was()
    {
        using var kept = new TemporaryFolder();
        string name;
        await using (var first = await StudioProcess.StartAsync("--Studio:Runs", kept["runs"]))
        {
            await using var events = await EventReader.OpenAsync(first);
            var (_, state) = await first.PostAsync("/api/training", Bodies.SmallRun(epochs: 500));
            name = state.GetProperty("run").GetString()!;
            await events.UntilAsync("epoch", _ => true);
            await first.PostAsync("/api/training/stop", new { });
        }

        var ending = await File.ReadAllTextAsync(Path.Combine(kept["runs"], name, "studio.json"));
        await using var studio = await StudioProcess.StartAsync("--Studio:Runs", kept["runs"], "--Ddpo:Rewards:clap_score:Weight", "0.25");
        await using var watched = await EventReader.OpenAsync(studio);
        var (_, resumed) = await studio.PostAsync("/api/training/resume", new { run = name });
        var end = await watched.UntilRunAsync(resumed, run => run.GetProperty("status").GetString() == "failed");
        Assert.Contains("clap_score:Weight was 0.5", end.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal(ending, await File.ReadAllTextAsync(Path.Combine(kept["runs"], name, "studio.json")));
    }

    [Fact]
    public async Task A_run_that_a_rule_of_the_settings_stops_says_which()
    {
        await using var studio = await StudioProcess.StartAsync(
            "--Ddpo:Stopping:PlateauEpochs", "1", "--Ddpo:Stopping:PlateauMinDelta", "1000", "--Ddpo:Stopping:Window", "1");
        await using var events = await EventReader.OpenAsync(studio);
        var (status, state) = await studio.PostAsync("/api/training", Bodies.SmallRun(epochs: 1000));
        Assert.True(status == 202, state.ToString());
        await events.UntilRunAsync(state, run => run.GetProperty("isActive").GetBoolean());
        var end = await events.UntilRunAsync(state, run => !run.GetProperty("isActive").GetBoolean());
        Assert.Equal("stopped", end.GetProperty("status").GetString());
        Assert.NotEmpty(end.GetProperty("reason").GetString()!);
        Assert.Equal(end.GetProperty("reason").GetString(), (await studio.GetAsync("/api/adapters"))[0].GetProperty("ending").GetProperty("reason").GetString());
    }

    [Fact]
    public async Task A_model_that_cannot_be_loaded_is_said_on_the_page_and_to_who_asks_for_it()
    {
        await using var studio = await StudioProcess.StartAsync("--Ddpo:Pipeline:Path", "./no/such/model");
        await using var events = await EventReader.OpenAsync(studio);
        var state = await events.UntilAsync("model", model => model.GetProperty("status").GetString() == "failed");
        Assert.Contains("no/such/model", state.GetProperty("error").GetString(), StringComparison.Ordinal);
        foreach (var (path, body) in new[] { ("/api/clips", Bodies.SmallClip("piano")), ("/api/training", Bodies.SmallRun(epochs: 1)) })
        {
            var (status, problem) = await studio.PostAsync(path, body);
            Assert.True(status == 422, problem.ToString());
            Assert.Contains("no/such/model", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        }

        Assert.Equal("idle", (await studio.GetAsync("/api/training")).GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_model_by_its_name_is_downloaded_and_the_page_says_how_far_it_is()
    {
        using var hub = new FakeHub();
        using var seen = new ManualResetEventSlim();
        hub.With("owner/musicbox", Path.Combine(Fixtures.Repository, "samples", "assets", "musicbox", "audioldm2-musicbox")).OnStore = request =>
        {
            Assert.True(!FakeHub.FileOf(request.Path).StartsWith("unet/", StringComparison.Ordinal) || seen.Wait(TimeSpan.FromMinutes(1)));
            return null;
        };
        await using var studio = await StudioProcess.StartAsync(
            "--Ddpo:Pipeline:Path", "owner/musicbox", "--Ddpo:Pipeline:Hub:Endpoint", hub.Options.Endpoint!, "--Ddpo:Pipeline:Hub:CacheFolder", hub.Cache.Root);
        await using var events = await EventReader.OpenAsync(studio);
        var loading = await events.UntilAsync("model", model => model.GetProperty("progress").GetString() is not null);
        Assert.Matches(@"^downloading owner/musicbox: \d+ of \d+ MB$", loading.GetProperty("progress").GetString());
        seen.Set();
        var ready = await events.UntilAsync("model", model => model.GetProperty("status").GetString() == "ready");
        Assert.Equal(System.Text.Json.JsonValueKind.Null, ready.GetProperty("progress").ValueKind);
    }

    // A line for each, and no stack trace.
    [Theory]
    [InlineData("--Studio:KeptClips 0 --Studio:Limits:MaxSteps 0 --Studio:Generation:Seconds 0 --Ddpo:Training:NumEpochs 0",
        "Studio:KeptClips: KeptClips is 0", "Studio:Limits:MaxSteps: MaxSteps is 0", "Studio:Generation:Seconds: Seconds is 0", "Ddpo:Training:NumEpochs: NumEpochs is 0")]
    [InlineData("--url http://127.0.0.1:0", "There is no option --url. Did you mean --urls? See --help.")]
    [InlineData("--Studio:KeptClips", "--Studio:KeptClips needs a value. See --help.")]
    [InlineData("--Studio:KeptClip 3", "Did you mean Studio:KeptClips?")]
    [InlineData("--Ddpo:Rewards:emo_score:Score some", "expected one of|Expected one of")]
    [InlineData("--urls nonsense", "The studio cannot be at nonsense: Invalid url: 'nonsense'. Name another address")]
    [InlineData("--urls http://127.0.0.1:99999", "The studio cannot be at http://127.0.0.1:99999: ")]
    public async Task Settings_that_are_wrong_keep_the_studio_from_starting(string arguments, params string[] expected)
    {
        var (code, output) = await StudioProcess.RefuseAsync(arguments.Split(' '));
        Assert.Equal(1, code);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(lines.Length == expected.Length, output);
        Assert.All(expected, text => Assert.Contains(lines, line => text.Split('|').Any(line.Contains)));
    }

    [Fact]
    public async Task A_busy_port_is_said_in_a_line()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var address = $"http://{other.LocalEndpoint}";
        var (code, output) = await StudioProcess.RefuseAsync("--urls", address);
        Assert.Equal(1, code);
        Assert.Equal(
            $"The studio cannot be at {address}: Failed to bind to address {address}: address already in use. Name another address, such as --urls http://127.0.0.1:5081.",
            output.TrimEnd());
    }

    private static Task<byte[]> WeightsAsync(string runs, System.Text.Json.JsonElement state) => File.ReadAllBytesAsync(
        Directory.GetFiles(Path.Combine(runs, state.GetProperty("run").GetString()!), "pytorch_lora_weights.safetensors", SearchOption.AllDirectories).Max(StringComparer.Ordinal)!);
}
