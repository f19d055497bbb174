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
    public async Task Settings_out_of_range_keep_the_studio_from_starting()
    {
        var (code, output) = await StudioProcess.RefuseAsync("--Studio:KeptClips", "0", "--Studio:Limits:MaxSteps", "0");
        Assert.NotEqual(0, code);
        Assert.Contains("KeptClips", output, StringComparison.Ordinal);
        Assert.Contains("MaxSteps", output, StringComparison.Ordinal);
    }
}
