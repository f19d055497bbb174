using Ddpo.Audio.Rewards;
using Microsoft.Extensions.Logging;

namespace Ddpo.Audio.Samples;

/// <summary>Settings of <see cref="EmopiaReward"/>.</summary>
internal sealed class EmopiaSettings : RewardSettings
{
    /// <summary>EMOPIA_cls's best.ckpt, the folder with it, or an .onnx file, with hparams.yaml beside it; the musicbox's by default.</summary>
    public string Checkpoint { get; set; } = Assets.Emopia;

    /// <summary>The reward's own options.</summary>
    public EmopiaRewardOptions Options { get; set; } = new();

    /// <inheritdoc/>
    public override async Task<IRewardFunction> LoadAsync(ILoggerFactory log, CancellationToken cancellationToken)
    {
        Options.LoggerFactory = log;
        return await EmopiaReward.FromPretrainedAsync(Assets.Find(Checkpoint), Options, cancellationToken: cancellationToken);
    }
}
