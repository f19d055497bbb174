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
        Assert.Contains("Stopped after", studio.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_cannot_be_loaded_is_said_on_the_page_and_to_who_asks_for_it()
    {
        await using var studio = await StudioProcess.StartAsync("--Ddpo:Pipeline:Path", "no/such/model");
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
    public async Task Settings_out_of_range_keep_the_studio_from_starting()
    {
        var (code, output) = await StudioProcess.RefuseAsync("--Studio:KeptClips", "0", "--Studio:Limits:MaxSteps", "0");
        Assert.NotEqual(0, code);
        Assert.Contains("KeptClips", output, StringComparison.Ordinal);
        Assert.Contains("MaxSteps", output, StringComparison.Ordinal);
    }
}
