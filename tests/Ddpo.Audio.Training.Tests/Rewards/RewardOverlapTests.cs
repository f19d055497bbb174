using System.Collections.Concurrent;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Training.Rewards;

public sealed class RewardOverlapTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Overlapped_or_not_the_numbers_are_the_same()
    {
        Task<(List<DdpoEpoch> Epochs, byte[] Weights)> Run(bool overlap) => TrainerFixture.RunAsync(builder => builder
            .AddReward(RewardFunction.From("length", (_, prompt) => prompt.Text.Length), -0.5, RewardNormalization.RunningZScore)
            .AddMetric(RewardFunction.From("peak", (clip, _) => clip.Samples.ToArray().Max()))
            .ConfigureSampling(o => (o.OverlapRewards, o.BatchSize, o.NumBatchesPerEpoch) = (overlap, 2, 4))
            .ConfigureTraining(o => o.LearningRate = 1e-2));
        var (overlapped, serial) = (await Run(true), await Run(false));
        Assert.Equal(serial.Weights, overlapped.Weights);
        Assert.Equal(TrainerFixture.Numbers(serial.Epochs), TrainerFixture.Numbers(overlapped.Epochs));
        Assert.All([.. serial.Epochs, .. overlapped.Epochs], epoch => Assert.True(
            epoch.Seconds is { Sampling: > 0, Reward: >= 0, Training: > 0 }, epoch.Seconds.ToString()));
    }

    [Fact]
    public async Task A_batch_is_scored_while_the_next_is_sampled()
    {
        var sampled = new TaskCompletionSource();
        var waiting = FromBatch("waiting", async (clips, cancellationToken) =>
        {
            await sampled.Task.WaitAsync(s_patience, cancellationToken);
            return new float[clips];
        });

        // Never true when sampling waits for the reward.
        var progress = OnSampling((batch, _) =>
        {
            if (batch == 1)
            {
                sampled.TrySetResult();
            }
        });
        Assert.Equal(2, (await TrainAsync(builder => builder.AddReward(waiting), progress)).Count);
    }

    [Fact]
    public async Task Different_rewards_work_at_the_same_time_and_one_reward_never_twice()
    {
        using var both = new Barrier(2);
        var atWork = new int[2];
        IRewardFunction Meeting(int index) => FromBatch($"reward {index}", async (clips, cancellationToken) =>
        {
            Assert.Equal(1, Interlocked.Increment(ref atWork[index]));
            Assert.True(both.SignalAndWait(s_patience, cancellationToken), "the other reward was not asked");
            await Task.Yield();
            Interlocked.Decrement(ref atWork[index]);
            return new float[clips];
        });
        await TrainAsync(builder => builder
            .AddReward(Meeting(0)).AddMetric(Meeting(1)).ConfigureSampling(o => (o.BatchSize, o.NumBatchesPerEpoch) = (1, 8)));
    }

    [Fact]
    public async Task Without_overlap_one_thing_is_done_at_a_time()
    {
        var atWork = 0;
        IRewardFunction Lonely(string name) => FromBatch(name, async (clips, cancellationToken) =>
        {
            Assert.Equal(1, Interlocked.Increment(ref atWork));
            await Task.Delay(5, cancellationToken);
            Interlocked.Decrement(ref atWork);
            return new float[clips];
        });
        var progress = OnSampling((_, _) => Assert.Equal(0, Volatile.Read(ref atWork)));
        await TrainAsync(
            builder => builder.AddReward(Lonely("first")).AddMetric(Lonely("second")).ConfigureSampling(o => o.OverlapRewards = false), progress);
    }

    [Fact]
    public async Task A_reward_may_use_the_pipeline_that_samples()
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        var listening = FromBatch("listening", async (clips, cancellationToken) =>
        {
            Assert.Single(await pipeline.GenerateAsync(TinyPipeline.Request, cancellationToken: cancellationToken));
            return new float[clips];
        });
        await using var trainer = TrainerFixture.Builder(pipeline).AddReward(listening).Build();
        Assert.Equal(2, (await trainer.TrainAsync().ToListAsync().AsTask().WaitAsync(s_patience)).Count);
    }

    [Fact]
    public async Task Clips_are_let_go_when_they_are_scored()
    {
        var kept = new ConcurrentQueue<WeakReference>();
        var reward = RewardFunction.FromBatch("watching", (clips, _, _) =>
        {
            kept.Enqueue(new WeakReference(Assert.Single(clips)));
            GC.Collect();
            return Task.FromResult<IReadOnlyList<float>>(new float[clips.Count]);
        });
        await TrainAsync(builder => builder
            .AddReward(reward)
            .ConfigureSampling(o => (o.BatchSize, o.NumBatchesPerEpoch) = (1, 8))
            .ConfigureTraining(o => o.NumEpochs = 1), OnSampling((batch, _) =>
        {
            // This batch and the one that is being scored are not here; the one before may just have been.
            Assert.InRange(kept.Count(clip => clip.IsAlive), 0, 2);
        }));
        Assert.Equal(8, kept.Count);
    }

    private static async Task<List<DdpoEpoch>> TrainAsync(
        Func<DdpoTrainerBuilder, DdpoTrainerBuilder> configure, IProgress<DdpoProgress>? progress = null)
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        await using var trainer = configure(TrainerFixture.Builder(pipeline)).Build();
        return await trainer.TrainAsync(progress).ToListAsync();
    }

    private static ProgressAction<DdpoProgress> OnSampling(Action<int, int> batchAndStep) => new(report =>
    {
        if (report.Stage == DdpoStage.Sampling)
        {
            batchAndStep((report.Step - 1) / 3, ((report.Step - 1) % 3) + 1);
        }
    });

    private static IRewardFunction FromBatch(string name, Func<int, CancellationToken, Task<float[]>> score) =>
        RewardFunction.FromBatch(name, async (clips, _, cancellationToken) => await score(clips.Count, cancellationToken));
}
