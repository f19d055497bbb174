using System.Text.Json;
using Ddpo.Audio.Testing;
using Microsoft.Extensions.Options;

namespace Ddpo.Audio.Tests.Training.Stopping;

public sealed class StoppingTrainingTests
{
    private static readonly IRewardFunction s_constant = RewardFunction.From("constant", (_, _) => 1);

    [Fact]
    public async Task A_run_that_a_rule_ends_yields_why_and_is_saved()
    {
        using var folder = new TemporaryFolder();
        using var log = new LogLines();
        var (epochs, weights) = await TrainerFixture.RunAsync(
            builder => builder
                .AddReward(s_constant)
                .ConfigureTraining(options => options.NumEpochs = 9)
                .ConfigureCheckpoints(options => options.Directory = folder.Root)
                .ConfigureStopping(options => (options.Window, options.PlateauEpochs) = (1, 2))
                .WithLoggerFactory(log),
            withEnergy: false);

        Assert.Equal(3, epochs.Count);
        Assert.All(epochs[..^1], epoch => Assert.Null(epoch.StopReason));
        Assert.Contains("has not risen", epochs[^1].StopReason, StringComparison.Ordinal);
        var lines = File.ReadAllLines(folder["metrics.jsonl"]);
        Assert.Equal([false, false, true], lines.Select(line => JsonDocument.Parse(line).RootElement.TryGetProperty("stop_reason", out _)));
        var saved = Directory.GetFiles(folder.Root, "pytorch_lora_weights.safetensors", SearchOption.AllDirectories);
        Assert.Equal(weights, File.ReadAllBytes(Assert.Single(saved)));
        Assert.Contains("0003", saved[0], StringComparison.Ordinal);

        Assert.Single(log.Warnings, warning => warning.Contains(epochs[^1].StopReason!, StringComparison.Ordinal));
        Assert.Contains(log.Messages, message => message.StartsWith("Training is done after epoch 3", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_run_that_was_interrupted_ends_where_it_would_have_ended()
    {
        using var folder = new TemporaryFolder();
        await using var pipeline = await TinyPipeline.LoadAsync();
        await using (var left = Builder(null).Build())
        {
            await foreach (var epoch in left.TrainAsync())
            {
                if (epoch.Index == 1)
                {
                    break;
                }
            }
        }

        await using var resumed = Builder(CheckpointOptions.Latest).Build();
        var rest = await resumed.TrainAsync().ToListAsync();

        Assert.Equal([2, 3], rest.Select(epoch => epoch.Index));
        Assert.Null(rest[0].StopReason);
        Assert.Contains("for 3 epochs", rest[1].StopReason, StringComparison.Ordinal);

        DdpoTrainerBuilder Builder(string? from) => TrainerFixture.BuilderWithoutReward(pipeline)
            .AddReward(s_constant)
            .ConfigureTraining(options => options.NumEpochs = 9)
            .ConfigureCheckpoints(options => (options.Directory, options.ResumeFrom) = (folder.Root, from))
            .ConfigureStopping(options => (options.Window, options.PlateauEpochs) = (1, 3));
    }

    [Fact]
    public async Task Without_rules_a_run_goes_to_its_end_and_says_so()
    {
        using var log = new LogLines();
        var (epochs, _) = await TrainerFixture.RunAsync(builder => builder.WithLoggerFactory(log));

        Assert.Equal(2, epochs.Count);
        Assert.All(epochs, epoch => Assert.Null(epoch.StopReason));
        var messages = log.Messages.Where(message => !message.StartsWith("Loaded", StringComparison.Ordinal)).ToArray();
        Assert.Equal(4, messages.Length);
        Assert.StartsWith("Training on 8 samples an epoch, 2 epochs, 0 of them done before", messages[0], StringComparison.Ordinal);
        Assert.StartsWith("Epoch 1 of 2: reward ", messages[1], StringComparison.Ordinal);
        Assert.StartsWith("Epoch 2 of 2: reward ", messages[2], StringComparison.Ordinal);
        Assert.StartsWith("Training is done after epoch 2", messages[3], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_is_left_says_so()
    {
        using var log = new LogLines();
        await using var pipeline = await TinyPipeline.LoadAsync();
        await using var trainer = TrainerFixture.Builder(pipeline).WithLoggerFactory(log).Build();
        await foreach (var _ in trainer.TrainAsync())
        {
            break;
        }

        Assert.Equal("Training was left, cancelled or failed after epoch 1 of 2.", log.Messages[^1]);
    }

    [Fact]
    public async Task Everything_that_is_wrong_with_the_rules_is_said()
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        var builder = TrainerFixture.Builder(pipeline).ConfigureStopping(options =>
        {
            (options.Window, options.MaxApproxKl, options.PlateauEpochs, options.PlateauMinDelta) = (0, 0, 0, -1);
            options.Guard = new StoppingGuard { Reward = "clap", Epochs = 0, Baseline = (GuardBaseline)7 };
        });
        var failures = Assert.Throws<OptionsValidationException>(builder.Build).Failures.ToArray();

        string[] expected =
        [
            "Window is 0", "MaxApproxKl is 0", "PlateauEpochs is 0", "PlateauMinDelta is -1", "MaxDrop is 0", "Epochs is 0", "Baseline is 7",
            "The guard is for 'clap'; expected one of the rewards and metrics: energy.",
        ];
        Assert.Equal(expected.Length, failures.Length);
        Assert.All(expected, text => Assert.Contains(failures, failure => failure.StartsWith(text, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_guard_without_a_name_is_refused()
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        var builder = TrainerFixture.Builder(pipeline).ConfigureStopping(options => options.Guard = new StoppingGuard { MaxDrop = 1 });
        Assert.Contains(
            "expected the name of a reward or metric", Assert.Single(Assert.Throws<OptionsValidationException>(builder.Build).Failures), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Options_that_are_changed_after_Build_change_nothing()
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        StoppingOptions? kept = null;
        var builder = TrainerFixture.Builder(pipeline).ConfigureStopping(options =>
        {
            options.Guard = new StoppingGuard { Reward = "energy", MaxDrop = 1e9 };
            kept = options;
        });
        await using var trainer = builder.Build();
        (kept!.MaxApproxKl, kept.Guard!.MaxDrop, kept.Guard.Epochs, kept.Window) = (1e-300, 1e-300, 1, 1);
        Assert.Equal(2, (await trainer.TrainAsync().ToListAsync()).Count);
    }
}
