using Ddpo.Audio.Rewards.Composition;
using Ddpo.Audio.Testing;
using static Ddpo.Audio.Rewards.Tests.Composition.FakeReward;

namespace Ddpo.Audio.Rewards.Tests.Composition;

public sealed class RetriedRewardTests
{
    [Fact]
    public async Task A_reward_is_asked_again_after_pauses_that_double_and_each_failure_is_logged()
    {
        using var log = new LogLines();
        var (time, fake) = (new ManualTime { Hurries = true }, Failing(times: 4));
        var options = new RetryOptions { MaxAttempts = 5, Delay = TimeSpan.FromSeconds(2), MaxDelay = TimeSpan.FromSeconds(10) };
        Assert.Equal([2], await Retried(fake, time, options, log).ScoreAsync([Clip(1)], ["a"]));
        Assert.Equal([2, 4, 8, 10], time.Waits.Select(wait => wait.TotalSeconds));
        Assert.Equal(5, fake.Calls.Count);
        Assert.Equal(4, log.Warnings.Count);
        Assert.Equal("Reward 'fake' failed at call 1 of 5; the next is in 00:00:02.", log.Warnings[0]);
    }

    [Fact]
    public async Task When_the_last_try_fails_its_exception_is_thrown()
    {
        var (time, fake) = (new ManualTime { Hurries = true }, Failing(times: 9));
        var error = await Assert.ThrowsAsync<IOException>(() => Retried(fake, time).ScoreAsync([Clip(1)], ["a"]));
        Assert.Equal("failure 3", error.Message);
        Assert.Equal([1, 2], time.Waits.Select(wait => wait.TotalSeconds));
    }

    public static TheoryData<Exception> Lasting =>
        [new ArgumentException("no"), new ArgumentNullException("no"), new NotSupportedException(), new ObjectDisposedException("no")];

    [Theory]
    [MemberData(nameof(Lasting))]
    public async Task What_comes_back_however_often_one_asks_is_not_tried_again(Exception exception)
    {
        var fake = new FakeReward { Before = _ => throw exception };
        Assert.Same(exception, await Assert.ThrowsAnyAsync<Exception>(
            () => Retried(fake, new ManualTime { Hurries = true }).ScoreAsync([Clip(1)], ["a"])));
        Assert.Equal([1], fake.Calls);
    }

    [Theory]
    [InlineData(typeof(IOException), 1)]
    [InlineData(typeof(ArgumentException), 3)]
    public async Task What_to_try_again_can_be_chosen(Type exception, int calls)
    {
        var fake = new FakeReward { Before = _ => throw (Exception)Activator.CreateInstance(exception)! };
        var options = new RetryOptions { ShouldRetry = failure => failure is ArgumentException };
        await Assert.ThrowsAsync(
            exception, () => Retried(fake, new ManualTime { Hurries = true }, options).ScoreAsync([Clip(1)], ["a"]));
        Assert.Equal(calls, fake.Calls.Count);
    }

    [Fact]
    public async Task A_reward_that_cancels_itself_is_asked_again_and_one_that_was_cancelled_is_not()
    {
        var impatient = Failing(times: 1, _ => new TaskCanceledException("the request timed out"));
        Assert.Equal([2], await Retried(impatient, new ManualTime { Hurries = true }).ScoreAsync([Clip(1)], ["a"]));
        Assert.Equal([1, 1], impatient.Calls);

        using var cancel = new CancellationTokenSource();
        var cancelled = new FakeReward
        {
            Before = async _ =>
            {
                await cancel.CancelAsync();
                throw new IOException("the connection was closed");
            },
        };
        await Assert.ThrowsAsync<IOException>(
            () => Retried(cancelled, new ManualTime { Hurries = true }).ScoreAsync([Clip(1)], ["a"], cancel.Token));
        Assert.Equal([1], cancelled.Calls);
    }

    [Fact]
    public async Task Cancelling_ends_the_pause()
    {
        using var cancel = new CancellationTokenSource();
        var fake = Failing(times: 1);
        var call = Retried(fake, new ManualTime()).ScoreAsync([Clip(1)], ["a"], cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.WaitAsync(TimeSpan.FromMinutes(2)));
        Assert.Equal([1], fake.Calls);
    }

    [Theory]
    [InlineData(0, 1, 1, "MaxAttempts is 0")]
    [InlineData(1, -1, 1, "Delay is -00:00:01")]
    [InlineData(1, 2, 1, "MaxDelay is 00:00:01")]
    [InlineData(1, 1, 1e7, "MaxDelay is 115.17:46:40; expected from Delay (00:00:01) to 24 days")]
    public void Impossible_options_are_refused(int attempts, double delay, double maxDelay, string expected)
    {
        var options = new RetryOptions
        {
            MaxAttempts = attempts, Delay = TimeSpan.FromSeconds(delay), MaxDelay = TimeSpan.FromSeconds(maxDelay),
        };
        var error = Assert.Throws<ArgumentException>(() => new FakeReward().WithRetry(options));
        Assert.StartsWith(expected, error.Message, StringComparison.Ordinal);
    }

    private static DecoratedReward Retried(
        IRewardFunction reward, ManualTime time, RetryOptions? options = null, LogLines? log = null) =>
        new(reward, new RetriedCalls(options, log, time));

    private static FakeReward Failing(int times, Func<int, Exception>? exception = null)
    {
        var failures = 0;
        return new FakeReward
        {
            Before = _ => failures < times
                ? throw (exception ?? (number => new IOException($"failure {number}")))(++failures)
                : Task.CompletedTask,
        };
    }
}
