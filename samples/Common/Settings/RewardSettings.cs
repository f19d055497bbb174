using Ddpo.Audio.Rewards;

namespace Ddpo.Audio.Samples;

/// <summary>The rewards there are, each with its own settings.</summary>
internal sealed class RewardsSettings
{
    /// <summary>How well a clip fits its prompt, by CLAP.</summary>
    public ClapSettings Clap { get; set; } = new();


    /// <summary>How well a clip has its prompt's emotion, by an EMOPIA classifier.</summary>
    public EmopiaSettings Emopia { get; set; } = new();

    /// <summary>How close a clip is to a loudness.</summary>
    public LoudnessSettings Loudness { get; set; } = new();

    /// <summary>How close a clip is to a brightness.</summary>
    public SpectralCentroidSettings SpectralCentroid { get; set; } = new();

    /// <summary>Loads the rewards that are enabled.</summary>
    public async Task<LoadedRewards> LoadAsync(CancellationToken cancellationToken)
    {
        var loaded = new LoadedRewards();
        try
        {
            foreach (var kind in new RewardSettings[] { Clap, Emopia, Loudness, SpectralCentroid }.Where(kind => kind.Enabled))
            {
                loaded.Add(await kind.LoadAsync(cancellationToken), kind);
            }

            return loaded;
        }
        catch
        {
            await loaded.DisposeAsync();
            throw;
        }
    }
}

/// <summary>What all rewards have.</summary>
internal abstract class RewardSettings
{
    /// <summary>Whether to use it; false by default.</summary>
    public bool Enabled { get; set; }

    /// <summary>Its share of the sum that is trained on; 1 by default. Metrics are not trained on and have none.</summary>
    public double Weight { get; set; } = 1;

    /// <summary>Makes the reward.</summary>
    public abstract Task<IRewardFunction> LoadAsync(CancellationToken cancellationToken);
}

/// <summary>Settings of <see cref="ClapReward"/>.</summary>
internal sealed class ClapSettings : RewardSettings
{
    /// <summary>laion_clap's .pt file, such as music_audioset_epoch_15_esc_90.14.pt; the musicbox's by default.</summary>
    public string Checkpoint { get; set; } = Assets.Clap;

    /// <summary>The reward's own options.</summary>
    public ClapRewardOptions Options { get; set; } = new();

    /// <inheritdoc/>
    public override async Task<IRewardFunction> LoadAsync(CancellationToken cancellationToken) =>
        await ClapReward.FromPretrainedAsync(Assets.Find(Checkpoint), Options, cancellationToken: cancellationToken);
}

/// <summary>Settings of <see cref="LoudnessReward"/>.</summary>
internal sealed class LoudnessSettings : RewardSettings
{
    /// <summary>The loudness to reach in dB relative to full scale, from -100 to 0; -20 by default.</summary>
    public double TargetDecibels { get; set; } = -20;

    /// <inheritdoc/>
    public override Task<IRewardFunction> LoadAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IRewardFunction>(new LoudnessReward(TargetDecibels));
}

/// <summary>Settings of <see cref="SpectralCentroidReward"/>.</summary>
internal sealed class SpectralCentroidSettings : RewardSettings
{
    /// <summary>The spectral centroid to reach, in Hz, above 0; 2000 by default.</summary>
    public double TargetHertz { get; set; } = 2000;

    /// <inheritdoc/>
    public override Task<IRewardFunction> LoadAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IRewardFunction>(new SpectralCentroidReward(TargetHertz));
}
