namespace Ddpo.Audio.Rewards.Composition;

/// <summary>Gives each call of a reward so much time, then tells it to stop and goes on without it.</summary>
internal class TimeLimitedReward : IRewardFunction
{
    // In whole days, what every timer can wait: their milliseconds are 32-bit integers.
    private const int LongestDays = 24;

    private readonly IRewardFunction _inner;
    private readonly TimeSpan _limit;
    private readonly TimeProvider _time;
    private Task _abandoned = Task.CompletedTask;

    public TimeLimitedReward(IRewardFunction inner, TimeSpan limit, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(inner);
        if (limit <= TimeSpan.Zero || limit > TimeSpan.FromDays(LongestDays))
        {
            throw new ArgumentOutOfRangeException(nameof(limit), limit, $"Expected a time above 0, of at most {LongestDays} days.");
        }

        (_inner, _limit, _time) = (inner, limit, time);
    }

    public string Name => _inner.Name;

    public string ScoreColumn => _inner.ScoreColumn;

    public Task<IReadOnlyList<float>> ScoreAsync(
        IReadOnlyList<AudioClip> clips, IReadOnlyList<Prompt> prompts, CancellationToken cancellationToken = default)
    {
        AudioChecks.ThrowIfNotPaired(clips, prompts);
        return CallAsync(token => _inner.ScoreAsync(clips, prompts, token), clips.Count, cancellationToken);
    }

    protected async Task<T> CallAsync<T>(Func<CancellationToken, Task<T>> call, int clips, CancellationToken cancellationToken)
    {
        var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var ended = new CancellationTokenSource();
        var timeIsUp = Task.Delay(_limit, _time, ended.Token);

        // In a task of its own: the call may calculate for longer than the limit before it returns.
        var before = _abandoned;
        var work = Task.Run(() => CallAfterAsync(before, call, stop.Token), CancellationToken.None);
        if (await Task.WhenAny(work, timeIsUp).ConfigureAwait(false) == work)
        {
            await ended.CancelAsync().ConfigureAwait(false);
            stop.Dispose();
            return await work.ConfigureAwait(false);
        }

        var waited = before.IsCompleted ? "" : " It waited for an earlier call, which goes on although it was told to stop.";
        _abandoned = AbandonAsync(work, stop);
        cancellationToken.ThrowIfCancellationRequested();
        throw new TimeoutException($"Reward '{Name}' took longer than {_limit} for {clips} clips.{waited}");
    }

    private static async Task<T> CallAfterAsync<T>(Task before, Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        await before.ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return await call(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Tells a call to stop, and ends when it has. Never fails: nobody wants to know any more.</summary>
    private static async Task AbandonAsync(Task work, CancellationTokenSource stop)
    {
        await stop.CancelAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
    }
}
