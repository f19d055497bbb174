using Ddpo.Audio.Rewards.Composition;
using static Ddpo.Audio.Rewards.Tests.Composition.FakeReward;

namespace Ddpo.Audio.Rewards.Tests.Composition;

public sealed class TimeLimitedRewardTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(7);
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task A_reward_that_is_in_time_is_as_without_a_limit()
    {
        var time = new ManualTime();
        Assert.Equal([2], await Limited(new FakeReward(), time).ScoreAsync([Clip(1)], ["a"]));
        Assert.Equal([s_limit], time.Waits);
        Assert.Equal([3], await new FakeReward().WithTimeLimit(s_patience).ScoreAsync([Clip(2)], ["a"]));
    }

    [Fact]
    public async Task A_reward_that_takes_too_long_is_told_to_stop_and_named()
    {
        var (time, asked, told) = (new ManualTime(), new TaskCompletionSource(), new TaskCompletionSource());
        var slow = new FakeReward
        {
            Before = async cancellationToken =>
            {
                cancellationToken.Register(told.SetResult);
                asked.SetResult();
                await Task.Delay(Timeout.Infinite, cancellationToken);
            },
        };
        var call = Limited(slow, time).ScoreAsync([Clip(1), Clip(2)], ["a", "a"]);
        await asked.Task.WaitAsync(s_patience);
        time.Pass();
        var error = await Assert.ThrowsAsync<TimeoutException>(() => call);
        Assert.Equal("Reward 'fake' took longer than 00:00:07 for 2 clips.", error.Message);
        await told.Task.WaitAsync(s_patience);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_reward_that_does_not_stop_is_left_behind_and_not_asked_again_before_it_has(bool failsAtLast)
    {
        var (time, asked, release) = (new ManualTime(), new SemaphoreSlim(0), new TaskCompletionSource());
        var stubborn = new FakeReward
        {
            Before = async _ =>
            {
                asked.Release();
                await release.Task;
                if (failsAtLast)
                {
                    throw new InvalidDataException("too late");
                }
            },
        };
        var limited = Limited(stubborn, time);
        var first = limited.ScoreAsync([Clip(1)], ["a"]);
        Assert.True(await asked.WaitAsync(s_patience));
        time.Pass();
        await Assert.ThrowsAsync<TimeoutException>(() => first);

        var second = limited.ScoreAsync([Clip(1)], ["a"]);
        time.Pass();
        var error = await Assert.ThrowsAsync<TimeoutException>(() => second);
        Assert.EndsWith("It waited for an earlier call, which goes on although it was told to stop.", error.Message, StringComparison.Ordinal);
        Assert.Equal([1], stubborn.Calls);

        stubborn.Before = _ => Task.CompletedTask;
        release.SetResult();
        Assert.Equal([2], await limited.ScoreAsync([Clip(1)], ["a"]).WaitAsync(s_patience));
        Assert.Equal([1, 1], stubborn.Calls);
    }

    [Fact]
    public async Task A_reward_that_only_calculates_is_limited_too()
    {
        using var release = new ManualResetEventSlim();
        var time = new ManualTime { Hurries = true };
        var busy = new FakeReward
        {
            Before = _ =>
            {
                release.Wait(s_patience, CancellationToken.None);
                return Task.CompletedTask;
            },
        };
        await Assert.ThrowsAsync<TimeoutException>(() => Limited(busy, time).ScoreAsync([Clip(1)], ["a"]));
        release.Set();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_cancels_waits_for_the_reward_to_stop_at_most_until_the_time_is_up(bool stops)
    {
        using var cancel = new CancellationTokenSource();
        var (time, asked, told, release) = (new ManualTime(), new TaskCompletionSource(), new TaskCompletionSource(), new TaskCompletionSource());
        var slow = new FakeReward
        {
            Before = async cancellationToken =>
            {
                cancellationToken.Register(told.SetResult);
                asked.SetResult();
                await release.Task;
                cancellationToken.ThrowIfCancellationRequested();
            },
        };
        var call = Limited(slow, time).ScoreAsync([Clip(1)], ["a"], cancel.Token);
        await asked.Task.WaitAsync(s_patience); // who cancels before has nobody to wait for
        await cancel.CancelAsync();
        await told.Task.WaitAsync(s_patience);
        Assert.False(call.IsCompleted);
        if (stops)
        {
            release.SetResult();
        }
        else
        {
            time.Pass();
        }

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.WaitAsync(s_patience));
        release.TrySetResult();
    }

    [Fact]
    public async Task The_rewards_own_exceptions_come_through()
    {
        var failing = new FakeReward { Before = _ => throw new TimeoutException("its own") };
        var error = await Assert.ThrowsAsync<TimeoutException>(() => Limited(failing, new ManualTime()).ScoreAsync([Clip(1)], ["a"]));
        Assert.Equal("its own", error.Message);
    }

    [Fact]
    public void Impossible_limits_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new FakeReward().WithTimeLimit(TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(() => new FakeReward().WithTimeLimit(Timeout.InfiniteTimeSpan));
        Assert.Throws<ArgumentOutOfRangeException>(() => new FakeReward().WithTimeLimit(TimeSpan.MaxValue));
    }

    private static TimeLimitedReward Limited(IRewardFunction reward, ManualTime time) => new(reward, s_limit, time);
}
