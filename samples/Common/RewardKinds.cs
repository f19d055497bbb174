using Ddpo.Audio.Rewards;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Ddpo.Audio.Samples;

/// <summary>The rewards that a settings file may name, each in a section of its name under <c>Rewards</c>.</summary>
internal static class RewardKinds
{
    private const string Section = nameof(DdpoOptions.Rewards);

    private static readonly (string Name, bool LoadsModel, object Settings, Action<IDdpoAudioBuilder> Add)[] s_all =
    [
        ("clap_score", true, new ClapRewardOptions(), builder => builder.AddClapReward()),
        ("emo_score", true, new EmopiaRewardOptions(), builder => builder.AddEmopiaReward()),
        ("loudness", false, new LoudnessRewardOptions(), builder => builder.AddLoudnessReward()),
        ("spectral_centroid", false, new SpectralCentroidRewardOptions(), builder => builder.AddSpectralCentroidReward()),
    ];

    /// <summary>Their settings.</summary>
    public static IEnumerable<Setting> Settings => s_all.SelectMany(kind =>
        SettingTree.Of(new Switch(), $"{Section}:").Select(setting => setting with { Path = $"{Section}:{kind.Name}" })
            .Concat(SettingTree.Of(new DdpoRewardOptions(), $"{Section}:{kind.Name}:")
                .Where(setting => kind.LoadsModel || setting.Property.Name != nameof(DdpoRewardOptions.Path)))
            .Concat(SettingTree.Of(kind.Settings, $"{Section}:{kind.Name}:").Where(setting => setting.Property.Name != nameof(IRewardFunction.Name))));

    /// <summary>Adds those that have a section which is not <c>false</c>.</summary>
    /// <returns>Their names.</returns>
    public static IReadOnlyList<string> Add(IDdpoAudioBuilder builder)
    {
        var given = builder.Configuration!.GetSection(Section).GetChildren()
            .Where(section => !bool.TryParse(section.Value, out var isOn) || isOn).Select(section => section.Key);
        var kinds = s_all.Where(kind => given.Contains(kind.Name, StringComparer.OrdinalIgnoreCase)).ToList();
        kinds.ForEach(kind => kind.Add(builder));
        return [.. kinds.Select(kind => kind.Name)];
    }

    private sealed class Switch
    {
        /// <summary>Whether to use this reward, with the settings below.</summary>
        public bool IsOn { get; set; }
    }
}
