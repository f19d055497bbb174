using System.Text.Json.Nodes;
using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Testing;
using Ddpo.Audio.Tests.Training.PolicyGradient;
using Microsoft.Extensions.Options;

namespace Ddpo.Audio.Tests.Training.Runs;

public sealed class ResumeTests : IDisposable
{
    private const int Epochs = 6;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true, RewardNormalization.RunningZScore)]
    [InlineData(false, RewardNormalization.None)]
    public async Task A_run_that_was_left_and_resumed_is_bit_for_bit_the_run_that_was_not(bool lora, RewardNormalization normalization)
    {
        void Configure(DdpoTrainerBuilder builder)
        {
            builder.AddReward(RewardFunction.From("peak", (clip, _) => clip.Samples.ToArray().Max()), 3, normalization);
            builder.UseDdpo(o => (o.PerPromptStatTracking, o.NumInnerEpochs) = (new() { BufferSize = 8, MinCount = 3 }, 2));
            if (!lora)
            {
                builder.UseFullFineTuning();
            }
        }

        await AssertResumedIsWholeAsync(Configure);
        Assert.Equal(Epochs, (await File.ReadAllLinesAsync(_folder["parts/metrics.jsonl"])).Length);
    }

    [Theory]
    [InlineData("ddpo", 0.5)]
    [InlineData("ddpo_sf", 0)]
    [InlineData("ddpo_sf", 0.5)]
    [InlineData("grpo", 0)]
    [InlineData("grpo", 0.5)]
    public async Task So_is_one_of_any_policy_gradient(string algorithm, double klWeight)
    {
        void Configure(DdpoTrainerBuilder builder) => Algorithms.Use(builder, algorithm, o => (o.KlWeight, o.NumInnerEpochs) = (klWeight, 2));

        await AssertResumedIsWholeAsync(Configure);
    }

    [Theory]
    [InlineData("ddpo", SdeWindowPlacement.Random)]
    [InlineData("grpo", SdeWindowPlacement.Random)]
    [InlineData("grpo", SdeWindowPlacement.Moving)]
    public async Task So_is_one_with_a_window_of_steps_and_normalised_ratios(string algorithm, SdeWindowPlacement placement)
    {
        void Configure(DdpoTrainerBuilder builder) => Algorithms.Use(builder.ConfigureSampling(o => o.NumInferenceSteps = 6), algorithm, o =>
        {
            (o.NormalizeRatio, o.NumInnerEpochs) = (true, 2);
            o.SdeWindow = new() { RangeEnd = 5, Placement = placement, EpochsPerMove = 2 };
        });

        await AssertResumedIsWholeAsync(Configure);
        var other = await Assert.ThrowsAsync<OptionsValidationException>(() => RunAsync("parts", builder =>
        {
            Configure(builder);
            Algorithms.Use(builder, algorithm, o => o.SdeWindow!.Size = 3).ConfigureCheckpoints(o => o.ResumeFrom = CheckpointOptions.Latest);
        }));
        Assert.Contains("SdeWindow:Size was 2 in the run of ", Assert.Single(other.Failures), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, LearningRateSchedule.Cosine)]
    [InlineData(false, LearningRateSchedule.Linear)]
    public async Task So_is_one_with_an_average_a_schedule_and_a_best_round(bool lora, LearningRateSchedule schedule)
    {
        void Configure(DdpoTrainerBuilder builder)
        {
            builder
                .ConfigureTraining(o =>
                {
                    (o.LearningRate, o.LearningRateSchedule, o.WarmupUpdates) = (lora ? 0.05 : 1e-4, schedule, 3);
                    o.Ema = new EmaOptions { Decay = 0.6, UpdateEvery = 3 };
                })
                .ConfigureValidation(o => o.EveryEpochs = 1)
                .ConfigureStopping(o => o.Best = new BestRoundOptions { LowerIsBetter = true, Criterion = "energy" });
            if (!lora)
            {
                builder.UseFullFineTuning();
            }
        }

        await AssertResumedIsWholeAsync(Configure);
        Assert.Contains("\ntrained.safetensors ", Digest("whole"), StringComparison.Ordinal);
        Assert.Contains("\nbest.safetensors ", Digest("whole"), StringComparison.Ordinal);
        var best = Path.GetFileName(Assert.Single(Directory.GetDirectories(_folder["whole/best"])));
        var file = Path.GetFileName(Directory.GetFiles(_folder[$"whole/best/{best}"], "*.safetensors")[0]);
        Assert.Equal(await File.ReadAllBytesAsync(_folder[$"whole/best/{best}/{file}"]), await File.ReadAllBytesAsync(_folder[$"parts/best/{best}/{file}"]));
    }

    [Fact]
    public async Task A_checkpoint_of_the_format_before_is_gone_on_from_and_an_older_one_is_refused()
    {
        var whole = await RunAsync("whole");
        await RunAsync("parts", leaveAfter: 3);
        void Resume(DdpoTrainerBuilder builder) => builder.ConfigureCheckpoints(o => o.ResumeFrom = CheckpointOptions.Latest);
        void Write(int format)
        {
            var (folder, older) = (_folder["parts/checkpoints/epoch-0003"], _folder["parts/older"]);
            var state = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "trainer_state.json")))!.AsObject();
            state["format"] = format;
            state.Remove("best");
            foreach (var setting in new[] { "Ema", "LearningRateSchedule", "WarmupUpdates" })
            {
                state["settings"]!["Training"]!.AsObject().Remove(setting);
            }

            SealedFolder.Write(older, partial =>
            {
                foreach (var file in Directory.GetFiles(folder).Where(file => Path.GetFileName(file) != SealedFolder.ManifestName))
                {
                    File.Copy(file, Path.Combine(partial, Path.GetFileName(file)));
                }

                File.WriteAllText(Path.Combine(partial, "trainer_state.json"), state.ToJsonString());
            });
            Directory.Delete(folder, recursive: true);
            Directory.Move(older, folder);
        }

        Write(1);
        var error = await Assert.ThrowsAsync<CheckpointException>(() => RunAsync("parts", Resume));
        Assert.Contains(
            "epoch-0003' has format 1, and this version goes on with formats 2 to 4 only. Go on with the version that wrote it; its adapter can be used as it is.",
            error.Message,
            StringComparison.Ordinal);

        Write(2);
        var different = await Assert.ThrowsAsync<OptionsValidationException>(() => RunAsync("parts", builder =>
        {
            Resume(builder);
            builder.ConfigureTraining(o => (o.Ema, o.WarmupUpdates) = (new(), 2));
        }));
        Assert.Equal(["Training:WarmupUpdates", "Training:Ema"], different.Failures.Select(failure => failure.Split(' ')[0]));
        Assert.Equal(TrainerFixture.Numbers(whole.Skip(3)), TrainerFixture.Numbers(await RunAsync("parts", Resume)));
        Assert.Equal(Digest("whole"), Digest("parts"));
    }

    [Fact]
    public async Task A_run_goes_on_with_its_algorithm_and_the_settings_of_others_do_not_matter()
    {
        Task<List<DdpoEpoch>> GoOnAsync(Action<DdpoTrainerBuilder> configure) => RunAsync("run", builder =>
        {
            configure(builder);
            builder.ConfigureCheckpoints(o => o.ResumeFrom = CheckpointOptions.Latest);
        });

        await RunAsync("run", builder => builder.UseGrpo(o => o.SamplesPerPrompt = 4), leaveAfter: 1);
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => GoOnAsync(_ => { }));
        Assert.StartsWith("algorithm was \"grpo\" in the run of ", Assert.Single(error.Failures), StringComparison.Ordinal);
        error = await Assert.ThrowsAsync<OptionsValidationException>(() => GoOnAsync(builder => builder.UseGrpo(o => o.SamplesPerPrompt = 2)));
        Assert.StartsWith("Grpo:SamplesPerPrompt was 4 in the run of ", Assert.Single(error.Failures), StringComparison.Ordinal);
        Assert.Equal(Epochs - 1, (await GoOnAsync(builder => builder.UseDdpo(o => o.ClipRange = 0.5).UseGrpo(o => o.SamplesPerPrompt = 4))).Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_epoch_that_is_cancelled_during_its_update_did_not_happen(bool averages)
    {
        void Configure(DdpoTrainerBuilder builder) => builder.ConfigureTraining(o => o.Ema = averages ? new EmaOptions { UpdateEvery = 1 } : null);
        var whole = await RunAsync("whole", Configure);

        await using var pipeline = await TinyPipeline.LoadAsync();
        var parts = Builder(pipeline, "parts");
        Configure(parts);
        await using var trainer = parts.Build();
        foreach (var stage in new[] { DdpoStage.Training, DdpoStage.Sampling, DdpoStage.Training })
        {
            using var cancel = new CancellationTokenSource();
            var progress = new ProgressAction<DdpoProgress>(report =>
            {
                if (report.Epoch == 2 && report.Stage == stage && report.Step == 2)
                {
                    cancel.Cancel();
                }
            });
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await trainer.TrainAsync(progress, cancel.Token).ToListAsync());
            Assert.True(Directory.Exists(_folder["parts/checkpoints/epoch-0002"]), "nothing to go on from");
        }

        var rest = await trainer.TrainAsync().ToListAsync();
        Assert.Equal(TrainerFixture.Numbers(whole.Skip(2)), TrainerFixture.Numbers(rest));
        Assert.Equal(Digest("whole"), Digest("parts"));
    }

    [Fact]
    public async Task A_reward_that_fails_leaves_a_run_that_can_go_on()
    {
        var whole = await RunAsync("whole");
        var broken = RewardFunction.From("energy", (clip, prompt) => throw new InvalidDataException("down"));
        await RunAsync("parts", leaveAfter: 3);
        await using (var pipeline = await TinyPipeline.LoadAsync())
        {
            await using var trainer = TrainerFixture.BuilderWithoutReward(pipeline).AddReward(broken)
                .ConfigureTraining(o => o.NumEpochs = Epochs)
                .ConfigureCheckpoints(o => (o.Directory, o.ResumeFrom) = (_folder["parts"], CheckpointOptions.Latest))
                .Build();
            await Assert.ThrowsAsync<RewardException>(async () => await trainer.TrainAsync().ToListAsync());
        }

        var rest = await RunAsync("parts", builder => builder.ConfigureCheckpoints(o => o.ResumeFrom = CheckpointOptions.Latest));
        Assert.Equal(TrainerFixture.Numbers(whole.Skip(3)), TrainerFixture.Numbers(rest));
        Assert.Equal(Digest("whole"), Digest("parts"));
    }

    [Fact]
    public async Task A_checkpoint_can_be_named_and_goes_on_in_another_folder_with_its_own_seed()
    {
        var whole = await RunAsync("whole", builder => builder.ConfigureCheckpoints(o => o.SaveEveryEpochs = 2));
        await using var pipeline = await TinyPipeline.LoadAsync();
        await using var trainer = TrainerFixture.Builder(pipeline, seed: null)
            .ConfigureTraining(o => o.NumEpochs = Epochs)
            .ConfigureCheckpoints(o => (o.Directory, o.ResumeFrom, o.SaveSamplesEveryEpochs) = (_folder["other"], _folder["whole/checkpoints/epoch-0004"], 1))
            .Build();
        Assert.Equal(TrainerFixture.Numbers(whole.Skip(4)), TrainerFixture.Numbers(await trainer.TrainAsync().ToListAsync()));
        Assert.Equal(Epochs, (await File.ReadAllLinesAsync(_folder["other/metrics.jsonl"])).Length);
        Assert.Equal(Digest("whole"), Digest("other"));
    }

    [Fact]
    public async Task A_finished_run_goes_on_when_it_is_given_more_epochs()
    {
        var whole = await RunAsync("whole");
        await RunAsync("parts", builder => builder.ConfigureTraining(o => o.NumEpochs = 2));
        var rest = await RunAsync("parts", builder => builder.ConfigureCheckpoints(o => o.ResumeFrom = CheckpointOptions.Latest));
        Assert.Equal(TrainerFixture.Numbers(whole.Skip(2)), TrainerFixture.Numbers(rest));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task So_is_one_whose_adapters_strength_is_not_1(bool average)
    {
        void Configure(DdpoTrainerBuilder builder) => builder.UseLora(o => (o.Rank, o.Alpha) = (3, 5))
            .ConfigureTraining(o => (o.LearningRate, o.Ema) = (0.05, average ? new EmaOptions { Decay = 0.6 } : null));

        var whole = await RunAsync("whole", Configure);
        await RunAsync("parts", Configure, leaveAfter: 3);
        var rest = await RunAsync("parts", builder =>
        {
            Configure(builder);
            builder.ConfigureCheckpoints(o => o.ResumeFrom = CheckpointOptions.Latest);
        });
        Assert.Equal(TrainerFixture.Numbers(whole.Skip(3)), TrainerFixture.Numbers(rest));
        Assert.Equal(Digest("whole"), Digest("parts"));
    }

    [Fact]
    public async Task Latest_starts_a_new_run_where_there_is_none_and_a_named_checkpoint_must_be_there()
    {
        var epochs = await RunAsync("new", builder => builder.ConfigureCheckpoints(o => o.ResumeFrom = CheckpointOptions.Latest));
        Assert.Equal(Epochs, epochs.Count);
        var error = await Assert.ThrowsAsync<CheckpointException>(() => RunAsync("other", builder =>
            builder.ConfigureCheckpoints(o => o.ResumeFrom = _folder["nowhere"])));
        Assert.Contains("nowhere", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_that_would_make_another_run_are_refused_with_both_values_and_others_apply()
    {
        await RunAsync("run", leaveAfter: 1);
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => RunAsync("run", builder => builder
            .UseLora(o => (o.Rank, o.Alpha) = (3, 1))
            .ConfigureTraining(o => o.LearningRate = 0.5)
            .UseDdpo(o => o.PerPromptStatTracking = null)
            .ConfigureSampling(o => o.OverlapRewards = false)
            .UsePrompts(PromptSource.FromList("something else"))
            .WithSeed(6)
            .ConfigureCheckpoints(o => (o.ResumeFrom, o.KeepLast) = (CheckpointOptions.Latest, 2))));
        Assert.Equal(
            ["Ddpo:PerPromptStatTracking", "Lora:Alpha", "Lora:Rank", "Prompts:count", "Prompts:drawn_sha256", "Seed", "Training:LearningRate"],
            error.Failures.Select(failure => failure.Split(' ')[0]).Order(StringComparer.Ordinal));
        Assert.Contains(error.Failures, failure => failure.StartsWith("Lora:Rank was 2 in the run of ", StringComparison.Ordinal));
        Assert.Contains(error.Failures, failure => failure.Contains("and is 0.5 now", StringComparison.Ordinal));
        Assert.Equal(Epochs - 1, (await RunAsync("run", builder => builder
            .ConfigureSampling(o => o.OverlapRewards = false)
            .ConfigureCheckpoints(o => (o.ResumeFrom, o.KeepLast) = (CheckpointOptions.Latest, 2)))).Count);
    }

    [Fact]
    public async Task The_settings_of_a_run_are_written_and_read_as_json()
    {
        await RunAsync("run", leaveAfter: 1);
        var settings = JsonNode.Parse(await File.ReadAllTextAsync(_folder["run/settings.json"]))!;
        Assert.Equal(5, settings["Seed"]!.GetValue<int>());
        Assert.Equal(1, settings["Rewards"]!["energy"]!["Weight"]!.GetValue<double>());
        Assert.Equal(4, settings["Sampling"]!["BatchSize"]!.GetValue<int>());
        Assert.Equal("00:00:00.2", settings["Sampling"]!["Duration"]!.GetValue<string>());
        Assert.Equal("Float32", settings["Pipeline"]!["Precision"]!.GetValue<string>());
    }

    private DdpoTrainerBuilder Builder(AudioLdm2Pipeline pipeline, string run) => TrainerFixture.Builder(pipeline)
        .ConfigureTraining(o => o.NumEpochs = Epochs)
        .ConfigureCheckpoints(o => (o.Directory, o.SaveSamplesEveryEpochs) = (_folder[run], 1));

    /// <summary>Makes a run in one go, and in two parts: their numbers are the same, and so is what they leave.</summary>
    private async Task AssertResumedIsWholeAsync(Action<DdpoTrainerBuilder> configure)
    {
        var whole = await RunAsync("whole", configure);
        var first = await RunAsync("parts", configure, leaveAfter: 3);
        var second = await RunAsync("parts", builder =>
        {
            configure(builder);
            builder.ConfigureCheckpoints(o => o.ResumeFrom = CheckpointOptions.Latest);
        });
        Assert.Equal([0, 1, 2], first.Select(epoch => epoch.Index));
        Assert.Equal([3, 4, 5], second.Select(epoch => epoch.Index));
        Assert.Equal(TrainerFixture.Numbers(whole), TrainerFixture.Numbers([.. first, .. second]));
        Assert.Equal(Digest("whole"), Digest("parts"));
    }

    private async Task<List<DdpoEpoch>> RunAsync(string run, Action<DdpoTrainerBuilder>? configure = null, int leaveAfter = int.MaxValue)
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        var builder = Builder(pipeline, run);
        configure?.Invoke(builder);
        await using var trainer = builder.Build();
        var epochs = new List<DdpoEpoch>();
        await foreach (var epoch in trainer.TrainAsync())
        {
            epochs.Add(epoch);
            if (epochs.Count == leaveAfter)
            {
                break;
            }
        }

        return epochs;
    }

    /// <summary>Everything that the last checkpoint holds but for what the epochs' seconds change, and the last epoch's audio.</summary>
    private string Digest(string run) => RunDigest.Of(_folder[run], Epochs);
}
