namespace Ddpo.Audio.Samples;

/// <summary>Rewards with their weights; disposing this disposes them.</summary>
internal sealed class LoadedRewards : IAsyncDisposable
{
    private readonly List<(IRewardFunction Reward, RewardSettings Settings)> _rewards = [];

    /// <summary>The rewards, in the order of their settings.</summary>
    public IReadOnlyList<(IRewardFunction Reward, RewardSettings Settings)> Rewards => _rewards;

    /// <summary>Takes a reward over.</summary>
    public void Add(IRewardFunction reward, RewardSettings settings) => _rewards.Add((reward, settings));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var (reward, _) in _rewards)
        {
            if (reward is IAsyncDisposable disposable)
            {
                await disposable.DisposeAsync();
            }
        }
    }
}
