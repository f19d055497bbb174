using Ddpo.Audio.Rewards;
using Microsoft.Extensions.Logging;

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
    public async Task<LoadedRewards> LoadAsync(ILoggerFactory log, CancellationToken cancellationToken)
    {
        var loaded = new LoadedRewards();
        try
        {
            foreach (var kind in new RewardSettings[] { Clap, Emopia, Loudness, SpectralCentroid }.Where(kind => kind.Enabled))
            {
                loaded.Add(await kind.LoadAsync(log, cancellationToken), kind);
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

    /// <summary>Its weight in the sum that is trained on; 1 by default. 0 measures it without training on it.</summary>
    public double Weight { get; set; } = 1;

    /// <summary>What is done to its values before they are weighted, when it is trained on; None by default.</summary>
    public RewardNormalization Normalization { get; set; } = RewardNormalization.None;

    /// <summary>Makes the reward.</summary>
    public abstract Task<IRewardFunction> LoadAsync(ILoggerFactory log, CancellationToken cancellationToken);
}

/// <summary>Settings of <see cref="ClapReward"/>.</summary>
internal sealed class ClapSettings : RewardSettings
{
    /// <summary>
    /// laion_clap's .pt file, such as music_audioset_epoch_15_esc_90.14.pt, or a folder with a transformers ClapModel or its ONNX files;
    /// the musicbox's by default.
    /// </summary>
    public string Checkpoint { get; set; } = Assets.Clap;

    /// <summary>The reward's own options.</summary>
    public ClapRewardOptions Options { get; set; } = new();

    /// <inheritdoc/>
    public override async Task<IRewardFunction> LoadAsync(ILoggerFactory log, CancellationToken cancellationToken)
    {
        Options.LoggerFactory = log;
        return await ClapReward.FromPretrainedAsync(Assets.Find(Checkpoint), Options, cancellationToken: cancellationToken);
    }
}

/// <summary>Settings of <see cref="LoudnessReward"/>.</summary>
internal sealed class LoudnessSettings : RewardSettings
{
    /// <summary>The loudness to reach in dB relative to full scale, from -100 to 0; -20 by default.</summary>
    public double TargetDecibels { get; set; } = -20;

    /// <inheritdoc/>
    public override Task<IRewardFunction> LoadAsync(ILoggerFactory log, CancellationToken cancellationToken) =>
        Task.FromResult<IRewardFunction>(new LoudnessReward(TargetDecibels));
}

/// <summary>Settings of <see cref="SpectralCentroidReward"/>.</summary>
internal sealed class SpectralCentroidSettings : RewardSettings
{
    /// <summary>The spectral centroid to reach, in Hz, above 0; 2000 by default.</summary>
    public double TargetHertz { get; set; } = 2000;

    /// <inheritdoc/>
    public override Task<IRewardFunction> LoadAsync(ILoggerFactory log, CancellationToken cancellationToken) =>
        Task.FromResult<IRewardFunction>(new SpectralCentroidReward(TargetHertz));
}
