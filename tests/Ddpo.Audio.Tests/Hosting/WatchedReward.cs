namespace Ddpo.Audio.Tests.Hosting;

/// <summary>A reward that says whether it is disposed, and refuses to score when it is.</summary>
internal sealed class WatchedReward : IRewardFunction, IAsyncDisposable
{
    private int _calls;

    public string Name => "slow";

    public int Calls => _calls;

    public bool IsDisposed { get; private set; }

    public Task<IReadOnlyList<float>> ScoreAsync(
        IReadOnlyList<AudioClip> clips, IReadOnlyList<Prompt> prompts, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        Interlocked.Increment(ref _calls);
        return Task.FromResult<IReadOnlyList<float>>([.. Enumerable.Range(1, clips.Count)]);
    }

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        return ValueTask.CompletedTask;
    }
}
