using System.Text.Json.Nodes;
using Ddpo.Audio.Testing;
using Microsoft.Extensions.Options;

namespace Ddpo.Audio.Tests.Training.Stopping;

public sealed class BestRoundTests : IDisposable
{
    private const string Adapter = "pytorch_lora_weights.safetensors";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(new[] { 0f, 1, 5, 2, 3 }, 2, 4)]
    [InlineData(new[] { 9f, 1, 5, 2, 3 }, 0, 4)]
    [InlineData(new[] { 0f, 1, 2, 3, 4 }, 4, 4)]
    public async Task The_best_rounds_weights_are_the_runs_and_what_is_saved(float[] rounds, int best, int epochs)
    {
        var saved = await RunAsync("run", rounds, new BestRoundOptions { Criterion = "said" });
        Assert.Equal(epochs, saved.Epochs.Count);
        Assert.Equal(await BestAsync("run", best), saved.Adapter);
        if (best > 0)
        {
            Assert.Equal(await File.ReadAllBytesAsync(_folder[$"run/checkpoints/epoch-{best:0000}/{Adapter}"]), saved.Adapter);
        }

        var said = JsonNode.Parse(await File.ReadAllTextAsync(_folder[$"run/best/epoch-{best:0000}/best.json"]))!;
        Assert.Equal(("said", (double)rounds[best], best), (said["criterion"]!.GetValue<string>(), said["value"]!.GetValue<double>(), said["epochs"]!.GetValue<int>()));

        // A run's folder stands for it, too.
        await using var pipeline = await TinyPipeline.LoadAsync();
        float[] heard;
        await using (await pipeline.ApplyLoraAsync(_folder["run"]))
        {
            heard = await TinyPipeline.ListenAsync(pipeline);
        }

        await using var lora = await pipeline.ApplyLoraAsync(_folder[$"run/best/epoch-{best:0000}"]);
        Assert.Equal(await TinyPipeline.ListenAsync(pipeline), heard);
    }

    [Fact]
    public async Task The_newest_weights_are_saved_when_that_is_asked_for()
    {
        var saved = await RunAsync("run", [0, 5, 1], new BestRoundOptions { Criterion = "said", SaveBest = false });
        Assert.Equal(await File.ReadAllBytesAsync(_folder[$"run/checkpoints/epoch-0002/{Adapter}"]), saved.Adapter);
        Assert.NotEqual(await BestAsync("run", 1), saved.Adapter);
    }

    [Fact]
    public async Task With_an_average_the_best_is_the_average()
    {
        var saved = await RunAsync("run", [0, 5, 1], new BestRoundOptions { Criterion = "said" }, builder => builder
            .ConfigureTraining(o => o.Ema = new EmaOptions { UpdateEvery = 1, Decay = 0.5 }));
        Assert.Equal(await File.ReadAllBytesAsync(_folder[$"run/checkpoints/epoch-0001/{Adapter}"]), saved.Adapter);
        Assert.Equal(await BestAsync("run", 1), saved.Adapter);
    }

    [Fact]
    public async Task Patience_ends_the_run_between_epochs_and_a_resumed_one_too()
    {
        using var log = new LogLines();
        var watched = new Ended();
        var options = new BestRoundOptions { Criterion = "said", Patience = 2 };
        var saved = await RunAsync("run", [0, 5, 1, 2, 9, 9], options, builder => builder.WithLoggerFactory(log).AddObserver(watched));
        Assert.Equal(3, saved.Epochs.Count);
        Assert.All(saved.Epochs, epoch => Assert.Null(epoch.StopReason));
        const string Reason = "No round of validation clips was better than that after epoch 1, with a mean 'said' of 5, in 2 rounds since (Patience).";
        Assert.Equal(new RunEnd(RunOutcome.Stopped, 3, Reason), watched.End);
        Assert.Contains(Reason, Assert.Single(log.Warnings), StringComparison.Ordinal);
        Assert.Contains("stopped, 3 of 5 epochs", await File.ReadAllTextAsync(_folder["run/report.html"]), StringComparison.Ordinal);

        var again = await RunAsync("run", [0, 5, 1, 2, 9, 9], options, Resume);
        Assert.Empty(again.Epochs);
        Assert.Equal(saved.Adapter, again.Adapter);
        options.Patience = 3;
        again = await RunAsync("run", [0, 5, 1, 2, 9, 9], options, Resume);
        Assert.Equal([3, 4], again.Epochs.Select(epoch => epoch.Index));
        Assert.Equal(await BestAsync("run", 4), again.Adapter);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public async Task A_run_that_was_killed_ahead_of_its_checkpoint_has_the_same_best_in_the_end(int from)
    {
        float[] rounds = [0, 5, 3, 7, 1, 2];
        var options = new BestRoundOptions { Criterion = "said", Patience = 3 };
        var whole = await RunAsync("whole", rounds, options);
        await RunAsync("killed", rounds, options);
        foreach (var later in Directory.GetDirectories(_folder["killed/checkpoints"]).Where(folder => string.CompareOrdinal(folder, _folder[$"killed/checkpoints/epoch-{from:0000}"]) > 0))
        {
            Directory.Delete(later, recursive: true);
        }

        await RunAsync("killed", rounds, options, Resume, leaveAfter: 0);
        Assert.Equal(from > 3 ? 3 : 1, int.Parse(Path.GetFileName(Assert.Single(Directory.GetDirectories(_folder["killed/best"])))[^4..], null));
        var rest = await RunAsync("killed", rounds, options, Resume);
        Assert.Equal(TrainerFixture.Numbers(whole.Epochs.Skip(from)), TrainerFixture.Numbers(rest.Epochs));
        Assert.Equal(whole.Adapter, rest.Adapter);
        Assert.Equal(await BestAsync("whole", 3), await BestAsync("killed", 3));
        Assert.Equal(
            await File.ReadAllBytesAsync(_folder["whole/checkpoints/epoch-0005/best.safetensors"]), await File.ReadAllBytesAsync(_folder["killed/checkpoints/epoch-0005/best.safetensors"]));
    }

    [Fact]
    public async Task A_criterion_that_is_new_begins_where_the_run_goes_on()
    {
        await RunAsync("run", [0, 5, 1], best: null);
        Assert.False(Directory.Exists(_folder["run/best"]));
        var saved = await RunAsync("run", [0, 5, 1, 0, 0, 0], new BestRoundOptions { Criterion = "said" }, Resume);
        Assert.Equal(await BestAsync("run", 2), saved.Adapter);
        saved = await RunAsync("run", [0, 5, 1, 0, 0, 0, 7], new BestRoundOptions { Criterion = "energy" }, Resume, epochs: 6);
        Assert.Equal(await BestAsync("run", Directory.Exists(_folder["run/best/epoch-0006"]) ? 6 : 5), saved.Adapter);
    }

    [Fact]
    public async Task What_cannot_be_found_is_refused()
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        IReadOnlyList<string> Failures(BestRoundOptions best, string? directory, int every, double weight = 1) => [.. Assert.Throws<OptionsValidationException>(
            TrainerFixture.BuilderWithoutReward(pipeline).AddReward(TrainerFixture.Energy, weight)
                .ConfigureCheckpoints(o => o.Directory = directory)
                .ConfigureValidation(o => o.EveryEpochs = every)
                .ConfigureStopping(o => o.Best = best).Build).Failures];

        Assert.Equal(
            [
                "Best is of the rounds of validation clips, but EveryEpochs of Validation is 0, so that there are none: set it to the epochs from one round to the next.",
                "Best is of the rounds of validation clips, which are made in a run's folder only, but Directory is null: name a folder for the run.",
            ],
            Failures(new(), null, 0));
        Assert.Equal(
            ["Criterion is 'enrgy'; expected one of the rewards and metrics: energy. Did you mean 'energy'?"], Failures(new() { Criterion = "enrgy" }, _folder.Root, 1));
        Assert.Equal(["Criterion is 'clap'; expected one of the rewards and metrics: energy."], Failures(new() { Criterion = "clap" }, _folder.Root, 1));
        Assert.Equal(
            ["Criterion is 'energy', of which training makes less, for its weight is negative; set LowerIsBetter, or choose another one."],
            Failures(new() { Criterion = "energy" }, _folder.Root, 1, weight: -1));
        Assert.StartsWith("Patience is 0", Assert.Single(Failures(new() { Patience = 0 }, _folder.Root, 1)), StringComparison.Ordinal);
    }

    private static void Resume(DdpoTrainerBuilder builder) => builder.ConfigureCheckpoints(o => o.ResumeFrom = CheckpointOptions.Latest);

    private Task<byte[]> BestAsync(string run, int epochs)
    {
        Assert.Equal([_folder[$"{run}/best/epoch-{epochs:0000}"]], Directory.GetDirectories(_folder[$"{run}/best"]));
        return File.ReadAllBytesAsync(_folder[$"{run}/best/epoch-{epochs:0000}/{Adapter}"]);
    }

    /// <summary>Trains with a metric that says of the validation clips what it is told, by epochs done.</summary>
    private async Task<(List<DdpoEpoch> Epochs, byte[] Adapter)> RunAsync(
        string run, float[] rounds, BestRoundOptions? best, Action<DdpoTrainerBuilder>? configure = null, int leaveAfter = int.MaxValue, int? epochs = null)
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        var done = 0;
        var builder = TrainerFixture.Builder(pipeline)
            .AddMetric(RewardFunction.From("said", (_, _) => rounds[Math.Min(done, rounds.Length - 1)]))
            .ConfigureTraining(o => (o.NumEpochs, o.LearningRate) = (epochs ?? rounds.Length - 1, 0.05))
            .ConfigureCheckpoints(o => (o.Directory, o.SaveEveryEpochs, o.KeepLast) = (_folder[run], run is "whole" or "killed" ? 2 : 1, 99))
            .ConfigureValidation(o => o.EveryEpochs = 1)
            .ConfigureStopping(o => o.Best = best);
        configure?.Invoke(builder);
        builder.AddObserver(new Counting(count => done = count));
        await using var trainer = builder.Build();
        var list = new List<DdpoEpoch>();
        if (leaveAfter > 0)
        {
            list.AddRange(await trainer.TrainAsync().ToListAsync());
        }

        using var folder = new TemporaryFolder();
        return (list, await File.ReadAllBytesAsync(await trainer.SaveAsync(folder.Root)));
    }

    private sealed class Counting(Action<int> count) : IRunObserver
    {
        public void OnStart(RunStart run) => count(run.History.Count);

        public void OnEpoch(DdpoEpoch epoch) => count(epoch.Index + 1);
    }

    private sealed class Ended : IRunObserver
    {
        public RunEnd? End { get; private set; }

        public void OnEnd(RunEnd runEnd) => End = runEnd;
    }
}
