using Ddpo.Audio;
using Ddpo.Audio.Hosting;
using Ddpo.Audio.Rewards;
using Microsoft.Extensions.Logging;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>The rewards of this library for a container with Ddpo.Audio.</summary>
/// <remarks>
/// Each is a keyed service, <see cref="IRewardFunction"/>, that loads its model once: before training starts or when it first scores,
/// on a thread of its own. The container disposes it.
/// </remarks>
public static class DdpoAudioRewardsBuilderExtensions
{
    /// <summary>Adds a <see cref="ClapReward"/> to what is trained on.</summary>
    /// <remarks>Configuration has its <c>Path</c> and the settings of <see cref="ClapRewardOptions"/> beside <c>Weight</c> and <c>Normalization</c>:
    /// <c>"Rewards": { "clap_score": { "Path": "models/clap.pt", "Device": "cuda:0", "Weight": 0.7 } }</c>.</remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The reward's name and key.</param>
    /// <param name="path">The model, as for <see cref="ClapReward.FromPretrainedAsync"/>; <see langword="null"/> leaves it to configuration.</param>
    /// <param name="configure">Changes the settings that configuration gave: <c>options => options.Device = "cuda:0"</c>.</param>
    public static IDdpoAudioBuilder AddClapReward(
        this IDdpoAudioBuilder builder,
        string name = "clap_score",
        string? path = null,
        Action<ClapRewardOptions>? configure = null) => DdpoAudioBuilder.AddModelReward<ClapRewardOptions>(
            builder,
            name,
            path,
            (options, services) =>
            {
                configure?.Invoke(options);
                (options.Name, options.LoggerFactory) = (name, services?.GetService<ILoggerFactory>());
                options.Hub?.Progress ??= services?.GetService<IProgress<HubProgress>>();
                return options;
            },
            async (model, options, stop) => await ClapReward.FromPretrainedAsync(model, options, null, stop).ConfigureAwait(false));

    /// <summary>Adds an <see cref="EmopiaReward"/> to what is trained on.</summary>
    /// <remarks>Configuration has its <c>Path</c> and the settings of <see cref="EmopiaRewardOptions"/> beside <c>Weight</c> and <c>Normalization</c>:
    /// <c>"Rewards": { "emo_score": { "Path": "models/best.ckpt", "Target": "Q1", "Weight": 0.3 } }</c>.</remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The reward's name and key.</param>
    /// <param name="path">The model, as for <see cref="EmopiaReward.FromPretrainedAsync"/>; <see langword="null"/> leaves it to configuration.</param>
    /// <param name="configure">Changes the settings that configuration gave: <c>options => options.Target = "Q1"</c>.</param>
    public static IDdpoAudioBuilder AddEmopiaReward(
        this IDdpoAudioBuilder builder,
        string name = "emo_score",
        string? path = null,
        Action<EmopiaRewardOptions>? configure = null) => DdpoAudioBuilder.AddModelReward<EmopiaRewardOptions>(
            builder,
            name,
            path,
            (options, services) =>
            {
                configure?.Invoke(options);
                (options.Name, options.LoggerFactory) = (name, services?.GetService<ILoggerFactory>());
                options.Hub?.Progress ??= services?.GetService<IProgress<HubProgress>>();
                return options;
            },
            async (model, options, stop) => await EmopiaReward.FromPretrainedAsync(model, options, null, stop).ConfigureAwait(false),
            (options, prompt) => EmopiaReward.EmotionOf(options, prompt) is null ? EmopiaReward.NoEmotion(options, prompt) : null);
}
