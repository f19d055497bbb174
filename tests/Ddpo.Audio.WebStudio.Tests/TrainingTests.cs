using System.Text.Json;

namespace Ddpo.Audio.WebStudio.Tests;

[Collection(nameof(StudioTests))]
public sealed class TrainingTests(StudioFixture fixture)
{
    private readonly StudioProcess _studio = fixture.Studio;

    [Fact]
    public async Task A_run_is_watched_and_what_it_learned_can_be_heard()
    {
        await using var events = await EventReader.OpenAsync(_studio);
        var (status, state) = await _studio.PostAsync("/api/training", Bodies.SmallRun(epochs: 2));
        Assert.True(status == 202, state.ToString());
        await events.UntilRunAsync(state, _ => true);
        events.Seen.Clear();
        var end = await events.UntilRunAsync(state, run => run.GetProperty("status").GetString() == "finished");
        Assert.Equal("text/event-stream", events.MediaType);
        Assert.Equal([0, 1], events.Seen.Where(seen => seen.Name == "epoch").Select(seen => seen.Data.GetProperty("index").GetInt32()));
        var epoch = events.Seen.Last(seen => seen.Name == "epoch").Data;
        Assert.Equal(["clap_score", "emo_score"], epoch.GetProperty("parts").EnumerateObject().Select(part => part.Name).Order(StringComparer.Ordinal));
        Assert.Equal(2, end.GetProperty("numEpochs").GetInt32());

        // It was not on the model that clips are made with, and is when it is chosen.
        var adapter = end.GetProperty("adapter").GetString()!;
        var (before, after) = (await MakeAsync(""), await MakeAsync(adapter));
        Assert.NotEqual(before, after);
        Assert.Equal(before, await MakeAsync(""));

        // It is done: there is nothing to go on with.
        Assert.Equal(409, (await _studio.PostAsync("/api/training/resume", new { })).Status);

        // Who comes later sees the same.
        await using var late = await EventReader.OpenAsync(_studio);
        await late.UntilAsync("epoch", point => point.GetProperty("index").GetInt32() == 1);
    }

    [Fact]
    public async Task A_run_stops_in_the_middle_of_an_epoch_and_clips_are_made_meanwhile()
    {
        await using var events = await EventReader.OpenAsync(_studio);
        var untrained = await MakeAsync("");
        var (status, state) = await _studio.PostAsync("/api/training", Bodies.LongRun());
        Assert.True(status == 202, state.ToString());
        await events.UntilRunAsync(state, run => run.GetProperty("step").GetInt32() >= 1);
        Assert.Equal(untrained, await MakeAsync(""));

        var (conflict, problem) = await _studio.PostAsync("/api/training", Bodies.SmallRun(epochs: 1));
        Assert.Equal(409, conflict);
        Assert.False(problem.TryGetProperty("errors", out _));
        Assert.Contains("Stop it", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);

        (_, state) = await _studio.PostAsync("/api/training/stop", new { });
        Assert.Equal("stopped", state.GetProperty("status").GetString());
        Assert.InRange(state.GetProperty("step").GetInt32(), 1, state.GetProperty("totalSteps").GetInt32() / 2);
        Assert.Equal(JsonValueKind.Null, state.GetProperty("adapter").ValueKind);
        Assert.Equal("stopped", (await _studio.PostAsync("/api/training/stop", new { })).Body.GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_run_that_fails_by_itself_says_so_and_why_and_so_do_its_adapters()
    {
        await using var events = await EventReader.OpenAsync(_studio);
        var (status, state) = await _studio.PostAsync("/api/training", Bodies.SmallRun(epochs: 1000));
        Assert.True(status == 202, state.ToString());
        var run = state.GetProperty("run").GetString()!;
        await events.UntilRunAsync(state, _ => true);
        await events.UntilAsync("epoch", _ => true);

        // A file where the next checkpoints belong; what is there stays, elsewhere.
        var folder = Path.Combine(_studio.Runs, run);
        Directory.Move(Path.Combine(folder, "checkpoints"), Path.Combine(folder, "moved"));
        await File.WriteAllTextAsync(Path.Combine(folder, "checkpoints"), "");
        var end = await events.UntilRunAsync(state, training => !training.GetProperty("isActive").GetBoolean());
        Assert.Equal("failed", end.GetProperty("status").GetString());
        Assert.Contains("checkpoints", end.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.True(end.GetProperty("canResume").GetBoolean());

        var entries = (await _studio.GetAsync("/api/adapters")).EnumerateArray().Where(adapter => adapter.GetProperty("run").GetString() == run).ToList();
        Assert.NotEmpty(entries);
        foreach (var ending in entries.Select(entry => entry.GetProperty("ending")))
        {
            Assert.Equal("failed", ending.GetProperty("status").GetString());
            Assert.Equal(end.GetProperty("reason").GetString(), ending.GetProperty("reason").GetString());
            Assert.InRange(ending.GetProperty("epochs").GetInt32(), 1, 999);
        }

        // The next studio knows it, too.
        Assert.Contains("\"failed\"", await File.ReadAllTextAsync(Path.Combine(folder, "studio.json")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_algorithm_can_be_chosen()
    {
        var studio = await _studio.GetAsync("/api/studio");
        Assert.Equal("draft", studio.GetProperty("training").GetProperty("algorithm").GetString());
        Assert.Equal(0.001, studio.GetProperty("learningRates").GetProperty("awm").GetDouble());
        await using var events = await EventReader.OpenAsync(_studio);
        foreach (var (chosen, norm) in new[] { ("grpo", 1), ("draft", 10), ("nft", 1) })
        {
            var (begun, state) = await _studio.PostAsync("/api/training", Bodies.SmallRun(epochs: 1, chosen, batchSize: 8));
            Assert.True(begun == 202, state.ToString());
            await events.UntilRunAsync(state, run => run.GetProperty("status").GetString() == "finished");
            using var settings = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(_studio.Runs, state.GetProperty("run").GetString()!, "settings.json")));
            Assert.Equal(norm, settings.RootElement.GetProperty("Training").GetProperty("MaxGradNorm").GetDouble());
        }

        // What each needs is said by the library, or by the studio.
        foreach (var (algorithm, field, expected) in new[]
        {
            ("grpo", "settings", "SamplesPerPrompt is 8, which does not divide the 2 samples"), ("own", "algorithm", "expected Ddpo, Grpo, Draft, Rwr, Awm, Nft"),
        })
        {
            var (status, problem) = await _studio.PostAsync("/api/training", Bodies.SmallRun(epochs: 1, algorithm));
            Assert.Equal(400, status);
            Assert.Contains(Bodies.Errors(problem)[field], error => error.Contains(expected, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Everything_that_is_wrong_with_a_run_is_said_at_once_by_the_studio_and_the_library()
    {
        var (status, problem) = await _studio.PostAsync("/api/training", new
        {
            algorithm = "ddpo",
            prompts = new[] { "happy piano", "a piano" },
            epochs = 0,
            learningRate = -1,
            steps = 2,
            skipLastSteps = 2,
            seconds = 1e300,
            batches = 1000,
        });
        Assert.Equal(400, status);
        var errors = Bodies.Errors(problem);
        Assert.Contains("Prompt 2", Assert.Single(errors["prompts"]), StringComparison.Ordinal);
        Assert.Equal(["batches", "prompts", "seconds", "settings"], errors.Keys.Order(StringComparer.Ordinal));
        foreach (var setting in new[] { "NumEpochs is 0", "LearningRate is -1", "SkipLastTimesteps is 2" })
        {
            Assert.Contains(errors["settings"], error => error.Contains(setting, StringComparison.Ordinal));
        }

        Assert.False((await _studio.GetAsync("/api/training")).GetProperty("isActive").GetBoolean());
        (status, problem) = await _studio.PostAsync("/api/training", new { prompts = new[] { "" } });
        Assert.Equal(400, status);
        Assert.Equal("There are 0 prompts; expected 1 to 200, one a line.", Assert.Single(Assert.Single(Bodies.Errors(problem)).Value));
    }

    private async Task<byte[]> MakeAsync(string adapter)
    {
        var (status, clip) = await _studio.PostAsync("/api/clips", Bodies.SmallClip("happy piano", adapter));
        Assert.True(status == 201, clip.ToString());
        return await _studio.Http.GetByteArrayAsync(clip.GetProperty("audio").GetString());
    }
}
