using System.Net;
using System.Net.Sockets;

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
}
