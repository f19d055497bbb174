using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Training.Rewards;

public sealed class RewardStopTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task A_reward_that_fails_stops_sampling_at_the_next_step()
    {
        var sampling = new TaskCompletionSource();
        using var asked = new ManualResetEventSlim();
        using var stopped = new ManualResetEventSlim();
        var failing = From("failing", async cancellationToken =>
        {
            await sampling.Task.WaitAsync(s_patience, cancellationToken);
            throw new InvalidDataException("no power");
        });
        var patient = From("patient", async cancellationToken =>
        {
            await using var told = cancellationToken.Register(stopped.Set);
            asked.Set();
            await Task.Delay(s_patience, cancellationToken);
        });

        // The first step of the second batch ends when the failure is known.
        var last = 0;
        var progress = new ProgressAction<DdpoProgress>(report =>
        {
            last = report.Step;
            if (report.Step == 4)
            {
                Assert.True(asked.Wait(s_patience), "the other reward was not asked");
                sampling.SetResult();
                Assert.True(stopped.Wait(s_patience), "the other reward was not told to stop");
            }
        });
        await using var pipeline = await TinyPipeline.LoadAsync();
        await using var trainer = TrainerFixture.Builder(pipeline).AddReward(patient).AddReward(failing).Build();
        var error = await Assert.ThrowsAsync<RewardException>(async () => await trainer.TrainAsync(progress).ToListAsync());
        Assert.Contains("'failing' failed on 4 clips: no power", error.Message, StringComparison.Ordinal);
        Assert.Equal(4, last);
    }

    [Fact]
    public async Task Cancelling_waits_for_the_reward_that_is_at_work()
    {
        var ended = false;
        var (error, token) = await CancelDuringAsync(async cancellationToken =>
        {
            await WhenCancelled(cancellationToken);
            await Task.Delay(100, CancellationToken.None);
            ended = true;
        });
        Assert.True(ended, "the reward was still at work");
        Assert.Equal(token, error.CancellationToken);
    }

    [Fact]
    public async Task What_a_reward_throws_when_it_is_cancelled_is_a_cancellation()
    {
        var (error, token) = await CancelDuringAsync(async cancellationToken =>
        {
            await WhenCancelled(cancellationToken);
            throw new InvalidDataException("the connection was closed");
        });
        Assert.Equal(token, error.CancellationToken);
    }

    [Fact]
    public async Task A_reward_that_cancels_itself_has_failed()
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        var impatient = From("impatient", _ => throw new TaskCanceledException("the request timed out"));
        await using var trainer = TrainerFixture.Builder(pipeline).AddReward(impatient).Build();
        var error = await Assert.ThrowsAsync<RewardException>(async () => await trainer.TrainAsync().ToListAsync());
        Assert.Contains("'impatient' failed on 4 clips: the request timed out", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_leaves_no_exception_that_nobody_saw()
    {
        var unseen = 0;
        EventHandler<UnobservedTaskExceptionEventArgs> count = (_, unobserved) =>
            unseen += unobserved.Exception.ToString().Contains("nobody saw this", StringComparison.Ordinal) ? 1 : 0;
        TaskScheduler.UnobservedTaskException += count;
        try
        {
            await using (var pipeline = await TinyPipeline.LoadAsync())
            {
                var failing = Enumerable.Range(0, 3).Select(
                    i => From($"failing {i}", _ => throw new InvalidDataException("nobody saw this")));
                await using var trainer = failing.Aggregate(TrainerFixture.Builder(pipeline), (builder, reward) => builder.AddReward(reward)).Build();
                await Assert.ThrowsAsync<RewardException>(async () => await trainer.TrainAsync().ToListAsync());
            }

            await CancelDuringAsync(async cancellationToken =>
            {
                await WhenCancelled(cancellationToken);
                throw new InvalidDataException("nobody saw this");
            });
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= count;
        }

        Assert.Equal(0, unseen);
    }

    [Fact]
    public async Task After_a_failure_the_trainer_can_go_on()
    {
        var broken = true;
        await using var pipeline = await TinyPipeline.LoadAsync();
        var flaky = From("flaky", _ => broken ? throw new InvalidDataException("no power") : Task.CompletedTask);
        await using var trainer = TrainerFixture.Builder(pipeline).AddReward(flaky).Build();
        await Assert.ThrowsAsync<RewardException>(async () => await trainer.TrainAsync().ToListAsync());
        broken = false;
        Assert.Equal([0, 1], (await trainer.TrainAsync().ToListAsync()).Select(epoch => epoch.Index));
    }

    /// <summary>Cancels training when the reward works on the first batch and the second is being sampled.</summary>
    private static async Task<(OperationCanceledException Error, CancellationToken Token)> CancelDuringAsync(
        Func<CancellationToken, Task> reward)
    {
        using var cancel = new CancellationTokenSource();
        using var atWork = new ManualResetEventSlim();
        var progress = new ProgressAction<DdpoProgress>(report =>
        {
            if (report.Step == 4)
            {
                Assert.True(atWork.Wait(s_patience), "the reward was not asked");
                cancel.Cancel();
            }
        });
        var watched = From("watched", cancellationToken =>
        {
            atWork.Set();
            return reward(cancellationToken);
        });
        await using var pipeline = await TinyPipeline.LoadAsync();
        await using var trainer = TrainerFixture.Builder(pipeline).AddReward(watched).Build();
        return (await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await trainer.TrainAsync(progress, cancel.Token).ToListAsync()), cancel.Token);
    }

    private static Task WhenCancelled(CancellationToken cancellationToken)
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        cancellationToken.Register(() => cancelled.SetResult());
        return cancelled.Task.WaitAsync(s_patience, CancellationToken.None);
    }

    private static IRewardFunction From(string name, Func<CancellationToken, Task> work) =>
        RewardFunction.FromBatch(name, async (clips, _, cancellationToken) =>
        {
            await work(cancellationToken);
            return new float[clips.Count];
        });
}
