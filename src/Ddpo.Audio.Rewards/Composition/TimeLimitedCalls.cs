namespace Ddpo.Audio.Rewards.Composition;

/// <summary>Gives a call so much time, then tells it to stop and goes on without it.</summary>
internal sealed class TimeLimitedCalls : IRewardCalls
{
    private readonly TimeSpan _limit;
    private readonly TimeProvider _time;
    private Task _abandoned = Task.CompletedTask;

    public TimeLimitedCalls(TimeSpan limit, TimeProvider time)
    {
        if (limit <= TimeSpan.Zero || limit > Timers.Longest)
        {
            throw new ArgumentOutOfRangeException(
                nameof(limit), limit, $"Expected a time above 0, of at most {Timers.Longest.Days} days.");
        }

        (_limit, _time) = (limit, time);
    }

    public async Task<IReadOnlyList<T>> CallAsync<T>(
        string name, RewardCall<T> call, IReadOnlyList<AudioClip> clips, IReadOnlyList<Prompt> prompts, CancellationToken cancellationToken)
        where T : notnull
    {
        var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var ended = new CancellationTokenSource();
        var timeIsUp = Task.Delay(_limit, _time, ended.Token);

        // In a task of its own: the call may calculate for longer than the limit before it returns.
        var before = _abandoned;
        var work = Task.Run(() => CallAfterAsync(before, call, clips, prompts, stop.Token), CancellationToken.None);
        if (await Task.WhenAny(work, timeIsUp).ConfigureAwait(false) == work)
        {
            await ended.CancelAsync().ConfigureAwait(false);
            stop.Dispose();
            return await work.ConfigureAwait(false);
        }

        var waited = before.IsCompleted ? "" : " It waited for an earlier call, which goes on although it was told to stop.";
        _abandoned = AbandonAsync(work, stop);
        cancellationToken.ThrowIfCancellationRequested();
        throw new TimeoutException($"Reward '{name}' took longer than {_limit} for {clips.Count} clips.{waited}");
    }

    private static async Task<IReadOnlyList<T>> CallAfterAsync<T>(
        Task before, RewardCall<T> call, IReadOnlyList<AudioClip> clips, IReadOnlyList<Prompt> prompts, CancellationToken cancellationToken)
    {
        await before.ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return await call(clips, prompts, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Tells a call to stop, and ends when it has. Never fails: nobody wants to know any more.</summary>
    private static async Task AbandonAsync(Task work, CancellationTokenSource stop)
    {
        await stop.CancelAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
    }
}
