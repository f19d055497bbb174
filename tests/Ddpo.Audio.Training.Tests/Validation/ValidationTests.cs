using System.Text;
using System.Text.RegularExpressions;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Training.Validation;

public sealed partial class ValidationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Clips_are_made_before_the_first_epoch_every_few_and_after_the_last()
    {
        await RunAsync("run", epochs: 3, every: 2);
        Assert.Equal(["epoch-0000", "epoch-0002", "epoch-0003"], Rounds("run"));
        var entries = SampleManifest.Read(_folder["run/validation/epoch-0002/samples.jsonl"]);
        Assert.Equal(["a calm piano", "techno", "a jazz trio with a long and winding introduction"], entries.Select(entry => entry.Prompt.Text));
        foreach (var entry in entries)
        {
            var clip = WaveFile.Read(_folder[$"run/validation/epoch-0002/{entry.File}"]);
            Assert.Equal(0.2, clip.Duration.TotalSeconds, 1e-3);
            var energy = Assert.Single(await TrainerFixture.Energy.ScoreAsync([clip], [entry.Prompt]));
            Assert.Equal(energy, entry.Rewards["energy"], 1e-2 * energy); // the file is in 16 bits
            Assert.All(clip.Samples.ToArray(), sample => Assert.Equal(sample, MathF.Round(sample * 32768) / 32768));
        }

        var page = await File.ReadAllTextAsync(_folder["run/report.html"]);
        Assert.Contains("<title>run: finished, 3 of 3 epochs</title>", page, StringComparison.Ordinal);
        Assert.Equal(9, page.Split("data:audio/wav;base64,").Length - 1);
        Assert.Single(Directory.GetFiles(_folder["run"], "events.out.tfevents.*"));
    }

    [Fact]
    public async Task Clips_come_from_the_same_noise_and_change_with_the_policy_only()
    {
        await RunAsync("one", epochs: 1, every: 1, builder => builder.ConfigureTraining(o => o.LearningRate = 0.1));
        await RunAsync("other", epochs: 1, every: 1, builder => builder.WithSeed(99));
        var before = await File.ReadAllBytesAsync(_folder["one/validation/epoch-0000/0000.wav"]);
        Assert.Equal(before, await File.ReadAllBytesAsync(_folder["other/validation/epoch-0000/0000.wav"]));
        Assert.NotEqual(before, await File.ReadAllBytesAsync(_folder["one/validation/epoch-0001/0000.wav"]));
        Assert.NotEqual(before, await File.ReadAllBytesAsync(_folder["one/validation/epoch-0000/0001.wav"]));
    }

    [Fact]
    public async Task The_numbers_of_a_run_do_not_depend_on_them()
    {
        var (with, withWeights) = await TrainerFixture.RunAsync(builder => builder
            .ConfigureCheckpoints(o => o.Directory = _folder["with"]).ConfigureValidation(o => o.EveryEpochs = 1));
        var (without, withoutWeights) = await TrainerFixture.RunAsync(builder => builder
            .ConfigureCheckpoints(o => o.Directory = _folder["without"]).ConfigureValidation(o => o.EveryEpochs = 0));
        Assert.Equal(TrainerFixture.Numbers(without), TrainerFixture.Numbers(with));
        Assert.Equal(withoutWeights, withWeights);
        Assert.Equal(3, Rounds("with").Length);
        Assert.False(Directory.Exists(_folder["without/validation"]));
    }

    [Fact]
    public async Task A_resumed_run_has_the_same_files_also_of_the_epoch_that_it_goes_on_from()
    {
        await RunAsync("whole", epochs: 4, every: 2);
        await RunAsync("parts", epochs: 4, every: 2, leaveAfter: 2);
        Assert.Equal(["epoch-0000"], Rounds("parts"));
        await RunAsync("parts", epochs: 4, every: 2, builder => builder.ConfigureCheckpoints(o => o.ResumeFrom = CheckpointOptions.Latest));
        Assert.Equal(["epoch-0000", "epoch-0002", "epoch-0004"], Rounds("parts"));
        var files = Directory.GetFiles(_folder["whole/validation"], "*", SearchOption.AllDirectories);
        Assert.Equal(15, files.Length);
        foreach (var file in files)
        {
            var other = Path.Combine(_folder["parts/validation"], Path.GetRelativePath(_folder["whole/validation"], file));
            Assert.Equal(WithoutSeconds(await File.ReadAllTextAsync(file, Encoding.Latin1)), WithoutSeconds(await File.ReadAllTextAsync(other, Encoding.Latin1)));
        }

        Assert.Equal(
            File.ReadLines(_folder["whole/validation.jsonl"]).Select(WithoutSeconds), File.ReadLines(_folder["parts/validation.jsonl"]).Select(WithoutSeconds));

        Assert.Contains("finished, 4 of 4 epochs", await File.ReadAllTextAsync(_folder["parts/report.html"]), StringComparison.Ordinal);
        Assert.Equal(2, Directory.GetFiles(_folder["parts"], "events.out.tfevents.*").Length);
    }

    [Fact]
    public async Task Prompts_can_be_given_and_have_several_clips_in_as_many_batches_as_they_need()
    {
        await RunAsync("run", epochs: 1, every: 9, builder => builder.ConfigureValidation(
            o => (o.Prompts, o.NumClipsPerPrompt, o.Seed) = (["a sad flute", "techno"], 3, ulong.MaxValue)));
        Assert.Equal(["epoch-0000", "epoch-0001"], Rounds("run"));
        var entries = SampleManifest.Read(_folder["run/validation/epoch-0000/samples.jsonl"]);
        Assert.Equal(["a sad flute", "a sad flute", "a sad flute", "techno", "techno", "techno"], entries.Select(entry => entry.Prompt.Text));
        Assert.Equal(6, entries.Select(entry => entry.Rewards["energy"]).Distinct().Count());
    }

    [Fact]
    public async Task Every_round_says_what_has_changed_since_the_first_clip_by_clip_and_keeps_as_many_as_it_is_told()
    {
        var observer = new Rounded();
        await RunAsync("run", epochs: 2, every: 1, builder => builder
            .ConfigureTraining(o => o.LearningRate = 0.1)
            .ConfigureValidation(o => (o.NumClipsPerPrompt, o.NumKeptClipsPerPrompt, o.BatchSize) = (3, 1, 2))
            .AddReward(RewardFunction.From("seconds", (clip, _) => (float)clip.Duration.TotalSeconds), weight: 2)
            .AddObserver(observer));
        Assert.Equal([0, 1, 2], observer.Rounds.Select(round => round.Epochs));
        var (first, last) = (observer.Rounds[0], observer.Rounds[^1]);
        Assert.Null(first.Change);
        Assert.Equal(9, last.Reward!.Count);
        Assert.Equal(3, last.Samples.Count);
        Assert.Equal(3, Directory.GetFiles(last.Folder, "*.wav").Length);
        Assert.Equal(last.Rewards["energy"].Mean - first.Rewards["energy"].Mean, last.Change!.Rewards["energy"].Mean, 1e-6);
        Assert.Equal(0, last.Change.Rewards["seconds"].Mean, 1e-6);
        Assert.Equal(last.Rewards["energy"].Mean + (2 * last.Rewards["seconds"].Mean), last.Reward.Mean, 1e-5);
        Assert.True(last.Change.Reward!.StandardError > 0, "no clip has changed");
        Assert.Equal(3, File.ReadLines(_folder["run/validation.jsonl"]).Count());
    }

    [Fact]
    public async Task A_reward_that_fails_on_them_leaves_a_gap_and_does_not_end_the_run()
    {
        var first = true;
        var moody = RewardFunction.From("moody", (clip, prompt) => first && prompt.Text == "techno" ? throw new InvalidDataException("no") : 1);
        using var log = new LogLines();
        await RunAsync("run", epochs: 1, every: 1, builder => builder.AddMetric(moody).WithLoggerFactory(log), beforeEpoch: () => first = false);
        var entries = SampleManifest.Read(_folder["run/validation/epoch-0000/samples.jsonl"]);
        Assert.Equal([true, false, true], entries.Select(entry => entry.Rewards.ContainsKey("moody")));
        Assert.All(entries, entry => Assert.True(entry.Rewards.ContainsKey("energy")));
        Assert.All(SampleManifest.Read(_folder["run/validation/epoch-0001/samples.jsonl"]), entry => Assert.Equal(1, entry.Rewards["moody"]));
    }

    [Fact]
    public async Task One_held_out_clip_is_enough_and_has_no_standard_error()
    {
        static void OneClip(DdpoTrainerBuilder builder) => builder
            .ConfigureSampling(o => (o.BatchSize, o.NumBatchesPerEpoch) = (1, 1))
            .ConfigureValidation(o => o.Prompts = ["a calm piano"])
            .AddMetric(new Hearing());
        await RunAsync("run", epochs: 1, every: 1, builder =>
        {
            OneClip(builder);
            builder.ConfigureStopping(o => o.Best = new BestRoundOptions());
        });
        await RunAsync("run", epochs: 2, every: 1, builder =>
        {
            OneClip(builder);
            builder.ConfigureCheckpoints(o => o.ResumeFrom = CheckpointOptions.Latest);
        });
        var rounds = await File.ReadAllTextAsync(_folder["run/validation.jsonl"]);
        Assert.Equal(3, rounds.Trim().Split('\n').Length);
        Assert.DoesNotContain("NaN", rounds, StringComparison.Ordinal);
        var page = await PageAsync("run");
        Assert.DoesNotContain("NaN", page, StringComparison.Ordinal);
        Assert.Contains(" on the only clip.", page, StringComparison.Ordinal);
        Assert.DoesNotMatch("(±|&#177;) (–|&#8211;|0[^.]|0\\.0+[^0-9]|NaN)", page);
    }

    [Fact]
    public async Task The_report_says_how_a_run_ended()
    {
        await RunAsync("left", epochs: 3, every: 0, leaveAfter: 1);
        Assert.Contains("1 of 3 epochs: the program took no further epoch", await PageAsync("left"), StringComparison.Ordinal);

        using var cancel = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => RunAsync("cancelled", epochs: 3, every: 0, onEpoch: cancel.Cancel, cancellationToken: cancel.Token));
        Assert.Contains("1 of 3 epochs: cancelled", await PageAsync("cancelled"), StringComparison.Ordinal);

        var broken = RewardFunction.From("broken", (_, _) => float.NaN);
        await Assert.ThrowsAsync<RewardException>(() => RunAsync("failed", epochs: 3, every: 0, builder => builder.AddReward(broken)));
        Assert.Contains("<title>failed: failed, 0 of 3 epochs</title>", await PageAsync("failed"), StringComparison.Ordinal);
    }

    private Task<string> PageAsync(string run) => File.ReadAllTextAsync(_folder[$"{run}/report.html"]);

    private string[] Rounds(string run) => [.. Directory.GetDirectories(_folder[$"{run}/validation"]).Select(path => Path.GetFileName(path)).Order()];

    private async Task RunAsync(
        string run,
        int epochs,
        int every,
        Action<DdpoTrainerBuilder>? configure = null,
        int leaveAfter = int.MaxValue,
        Action? onEpoch = null,
        Action? beforeEpoch = null,
        CancellationToken cancellationToken = default)
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        var builder = TrainerFixture.Builder(pipeline)
            .ConfigureTraining(o => o.NumEpochs = epochs)
            .ConfigureCheckpoints(o => o.Directory = _folder[run])
            .ConfigureValidation(o => o.EveryEpochs = every);
        configure?.Invoke(builder);
        await using var trainer = builder.Build();
        var progress = new ProgressAction<DdpoProgress>(report =>
        {
            if (report.Stage != DdpoStage.Validation)
            {
                beforeEpoch?.Invoke();
            }
        });
        await foreach (var epoch in trainer.TrainAsync(progress, cancellationToken))
        {
            onEpoch?.Invoke();
            if (epoch.Index + 1 == leaveAfter)
            {
                break;
            }
        }
    }

    private static string WithoutSeconds(string text) => Seconds().Replace(text, "");

    [GeneratedRegex("\"seconds\": ?[0-9.Ee+-]+")]
    private static partial Regex Seconds();

    /// <summary>Hears in every clip what was asked for.</summary>
    private sealed class Hearing : IClassifierReward
    {
        public string Name => "hearing";

        public IReadOnlyList<string> Labels => ["yes", "no"];

        public Task<IReadOnlyList<float>> ScoreAsync(IReadOnlyList<AudioClip> clips, IReadOnlyList<Prompt> prompts, CancellationToken cancellationToken = default) =>
            Task.FromResult<IReadOnlyList<float>>([.. clips.Select(_ => 1f)]);

        public Task<IReadOnlyList<Classification>> ClassifyAsync(
            IReadOnlyList<AudioClip> clips, IReadOnlyList<Prompt> prompts, CancellationToken cancellationToken = default) =>
            Task.FromResult<IReadOnlyList<Classification>>([.. clips.Select(_ => new Classification(1, "yes", "yes", [1, 0]))]);
    }

    private sealed class Rounded : IRunObserver
    {
        public List<ValidationRound> Rounds { get; } = [];

        public void OnValidation(ValidationRound round) => Rounds.Add(round);
    }
}
