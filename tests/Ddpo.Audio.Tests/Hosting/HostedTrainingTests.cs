using System.Collections.Concurrent;
using Ddpo.Audio.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ddpo.Audio.Tests.Hosting;

public sealed class HostedTrainingTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task A_host_trains_tells_about_it_and_stops_with_the_numbers_of_the_builder()
    {
        using var folder = new TemporaryFolder();
        var (log, epochs, steps) = (new LogLines(), new ConcurrentQueue<DdpoEpoch>(), new ConcurrentQueue<DdpoProgress>());
        using (var host = TinyHost.Training(
            builder =>
            {
                builder.AddReward(TrainerFixture.Energy).Services.AddSingleton<ILoggerFactory>(log);
                Listen<DdpoEpoch>(builder, epochs.Enqueue);
                Listen<DdpoProgress>(builder, steps.Enqueue);
            },
            ("Checkpoints:Directory", folder.Root)))
        {
            await host.RunAsync();
        }

        var (expected, weights) = await TrainerFixture.RunAsync();
        Assert.Equal(expected.Select(Numbers), epochs.Select(Numbers));
        Assert.Equal(weights, File.ReadAllBytes(folder["checkpoints/epoch-0002/pytorch_lora_weights.safetensors"]));
        Assert.Equal(
            [DdpoStage.Sampling, DdpoStage.Reward, DdpoStage.Training], steps.Where(step => step.Epoch == 1).Select(step => step.Stage).Distinct().Order());
        Assert.Contains(log.Messages, message => message.StartsWith("Epoch 2 of 2: reward", StringComparison.Ordinal));
        Assert.Contains(log.Messages, message => message.StartsWith("Training is done after epoch 2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_host_may_go_on_after_training()
    {
        var log = new LogLines();
        using var host = TinyHost.Training(builder => builder
            .AddReward(TrainerFixture.Energy).Configure(options => options.StopHostWhenTrained = false)
            .Services.AddSingleton<ILoggerFactory>(log));
        await host.StartAsync();
        await host.Services.GetServices<IHostedService>().OfType<BackgroundService>().Single().ExecuteTask!;

        Assert.False(host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested);
        await host.StopAsync();
        Assert.Contains(log.Messages, message => message.StartsWith("Training is done after epoch 2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_host_that_stops_in_the_middle_stops_training_within_a_step_and_keeps_what_it_learned()
    {
        using var folder = new TemporaryFolder();
        var (log, reached, stopping) = (new LogLines(), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new ManualResetEventSlim());
        var after = 0;
        using var host = TinyHost.Training(
            builder =>
            {
                builder.AddReward(TrainerFixture.Energy).Services.AddSingleton<ILoggerFactory>(log);
                Listen<DdpoProgress>(builder, step =>
                {
                    after += reached.Task.IsCompleted ? 1 : 0;
                    if (step is { Epoch: 1, Stage: DdpoStage.Sampling, Step: 2 })
                    {
                        reached.SetResult();
                        stopping.Wait(s_patience);
                    }
                });
            },
            ("Checkpoints:Directory", folder.Root),
            ("Checkpoints:SaveEveryEpochs", "10"));
        await host.StartAsync();
        await reached.Task.WaitAsync(s_patience);

        var stopped = host.StopAsync(); // has cancelled training when it returns, and then waits for it
        stopping.Set();
        await stopped;

        Assert.Equal(0, after);
        Assert.Equal("epoch-0001", Path.GetFileName(Assert.Single(Directory.GetDirectories(folder["checkpoints"]))));
        Assert.Single(File.ReadAllLines(folder["metrics.jsonl"]));
        Assert.Contains(log.Messages, message => message.StartsWith("Training was stopped after epoch 1 of 2", StringComparison.Ordinal)
            && message.Contains(folder.Root, StringComparison.Ordinal));
        Assert.Empty(log.Warnings);
        await using var pipeline = await TinyPipeline.LoadAsync();
        await using var adapter = await pipeline.ApplyLoraAsync(folder.Root);
    }

    [Fact]
    public async Task A_host_that_stops_while_a_model_is_loading_does_not_wait_for_it()
    {
        var (started, log) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new LogLines());
        using var host = TinyHost.Training(builder => builder.AddReward("slow", async (_, stop) =>
        {
            started.SetResult();
            await Task.Delay(Timeout.Infinite, stop);
            return new WatchedReward();
        }).Services.AddSingleton<ILoggerFactory>(log));
        await host.StartAsync();
        await started.Task.WaitAsync(s_patience);
        await host.StopAsync();

        Assert.Contains("Training was stopped before it began", log.Messages);
    }

    [Theory]
    [InlineData(BackgroundServiceExceptionBehavior.StopHost)]
    [InlineData(BackgroundServiceExceptionBehavior.Ignore)]
    public async Task The_host_decides_what_a_failure_means(BackgroundServiceExceptionBehavior behavior)
    {
        var log = new LogLines();
        using var host = TinyHost.Training(builder =>
        {
            builder.AddReward(RewardFunction.From("energy", (_, _) => float.NaN));
            builder.Services.AddSingleton<ILoggerFactory>(log);
            builder.Services.Configure<HostOptions>(options => options.BackgroundServiceExceptionBehavior = behavior);
        });
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var _ = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(ended.SetResult);
        await host.StartAsync();
        var service = host.Services.GetServices<IHostedService>().OfType<BackgroundService>().Single();

        var error = await Assert.ThrowsAsync<RewardException>(() => service.ExecuteTask!);
        Assert.Contains("energy", error.Message, StringComparison.Ordinal);
        if (behavior == BackgroundServiceExceptionBehavior.StopHost)
        {
            await ended.Task.WaitAsync(s_patience);
        }
        else
        {
            Assert.False(ended.Task.IsCompleted);
        }
    }

    [Fact]
    public async Task A_container_disposed_during_training_disposes_from_the_trainer_down_and_leaves_nothing()
    {
        await LiveTensors.AssertFlatAsync(
            async () =>
            {
                var (reward, reached) = (new WatchedReward(), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
                var host = TinyHost.Training(builder =>
                {
                    builder.AddReward("slow", (_, _) => Task.FromResult<IRewardFunction>(reward));
                    Listen<DdpoProgress>(builder, step => reached.TrySetResult());
                });
                await host.StartAsync();
                await reached.Task.WaitAsync(s_patience);
                var pipeline = host.Services.GetRequiredService<IDiffusionPipelineProvider>();
                var running = host.Services.GetServices<IHostedService>().OfType<BackgroundService>().Single().ExecuteTask!;

                await ((IAsyncDisposable)host).DisposeAsync(); // without StopAsync, as when a host's patience is over

                await running; // stopped, with no error from something that was disposed under it
                Assert.True(reward.IsDisposed);
                await Assert.ThrowsAsync<ObjectDisposedException>(() => pipeline.GetAsync());
            },
            times: 1);
    }

    [Fact]
    public async Task Trainers_of_the_factory_take_the_containers_settings_and_their_own()
    {
        var services = new ServiceCollection();
        services.AddDdpoAudio(TinyHost.Section()).AddReward(TrainerFixture.Energy)
            .AddMetric(RewardFunction.From("length", (clip, _) => clip.Frames));
        await using var provider = services.BuildServiceProvider();
        var factory = provider.GetRequiredService<IDdpoTrainerFactory>();

        await using (var first = await factory.CreateAsync(builder => builder.ConfigureTraining(o => o.NumEpochs = 1)))
        {
            var epoch = Assert.Single(await first.TrainAsync().ToListAsync());
            Assert.Equal(["energy"], epoch.Rewards.Keys);
            Assert.Equal(["length"], epoch.Metrics.Keys);
        }

        await using var second = await factory.CreateAsync();
        Assert.Equal((await TrainerFixture.RunAsync()).Epochs.Select(Numbers), (await second.TrainAsync().ToListAsync()).Select(Numbers));
    }

    private static (RewardStatistics, double, double, double, int) Numbers(DdpoEpoch epoch) =>
        (epoch.Reward, epoch.Loss, epoch[PolicyGradientMeasurements.ApproxKl], epoch.GradientNorm, epoch.Updates);

    private static void Listen<T>(IDdpoAudioBuilder builder, Action<T> report) =>
        builder.Services.AddSingleton<IProgress<T>>(new ProgressAction<T>(report));
}
