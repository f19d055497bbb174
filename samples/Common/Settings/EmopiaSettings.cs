using Ddpo.Audio.Rewards;

namespace Ddpo.Audio.Samples;

/// <summary>Settings of <see cref="EmopiaReward"/>.</summary>
internal sealed class EmopiaSettings : RewardSettings
{
    /// <summary>EMOPIA_cls's best.ckpt with its hparams.yaml beside it, or their folder; the musicbox's by default.</summary>
    public string Checkpoint { get; set; } = Assets.Emopia;

    /// <summary>The reward's own options.</summary>
    public EmopiaRewardOptions Options { get; set; } = new();

    /// <inheritdoc/>
    public override async Task<IRewardFunction> LoadAsync(CancellationToken cancellationToken) =>
        await EmopiaReward.FromPretrainedAsync(Assets.Find(Checkpoint), Options, cancellationToken: cancellationToken);
}
