using Ddpo.Audio;
using Ddpo.Audio.Hosting;
using Ddpo.Audio.Rewards;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>The rewards that need no model, for a container with Ddpo.Audio.</summary>
public static class DdpoAudioSignalRewardsBuilderExtensions
{
    /// <summary>Trains on <see cref="LoudnessReward"/>, under the name <c>loudness</c>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Changes the settings that configuration gave.</param>
    public static IDdpoAudioBuilder AddLoudnessReward(this IDdpoAudioBuilder builder, Action<LoudnessRewardOptions>? configure = null) =>
        DdpoAudioBuilder.AddSettingsReward(builder, "loudness", configure, options => new LoudnessReward(options.TargetDecibels));

    /// <summary>Trains on <see cref="SpectralCentroidReward"/>, under the name <c>spectral_centroid</c>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Changes the settings that configuration gave.</param>
    public static IDdpoAudioBuilder AddSpectralCentroidReward(this IDdpoAudioBuilder builder, Action<SpectralCentroidRewardOptions>? configure = null) =>
        DdpoAudioBuilder.AddSettingsReward(builder, "spectral_centroid", configure, options => new SpectralCentroidReward(options.TargetHertz));
}
