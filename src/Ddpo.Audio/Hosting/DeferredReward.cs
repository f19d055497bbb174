namespace Ddpo.Audio.Hosting;

/// <summary>A reward that is loaded when it first scores, or before that by <see cref="LoadAsync"/>, for a container cannot wait.</summary>
internal sealed class DeferredReward(string name, Func<CancellationToken, Task<IRewardFunction>> load)
    : IRewardFunction, IAsyncDisposable, IDisposable
{
    private readonly SharedLoad<IRewardFunction> _reward = new(load);

    public string Name => name;

    public Task<IRewardFunction> LoadAsync(CancellationToken cancellationToken) => _reward.GetAsync(cancellationToken);

    public async Task<IReadOnlyList<float>> ScoreAsync(
        IReadOnlyList<AudioClip> clips, IReadOnlyList<Prompt> prompts, CancellationToken cancellationToken = default)
    {
        var reward = await _reward.GetAsync(cancellationToken).ConfigureAwait(false);
        return await reward.ScoreAsync(clips, prompts, cancellationToken).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => _reward.DisposeAsync();

    // As the pipeline's: a container may be disposed synchronously.
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();
}
