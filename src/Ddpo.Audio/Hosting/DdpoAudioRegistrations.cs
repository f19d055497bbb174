using Microsoft.Extensions.Configuration;

namespace Ddpo.Audio.Hosting;

/// <summary>What was asked for while services were registered.</summary>
internal sealed class DdpoAudioRegistrations(IConfiguration? configuration)
{
    private const string RewardsKey = nameof(DdpoOptions.Rewards);

    /// <summary>In the order in which they were added.</summary>
    public List<RewardRegistration> Rewards { get; } = [];

    /// <summary>Whether code says where the prompts come from.</summary>
    public bool HasPrompts { get; set; }

    /// <summary>Whether training starts with the host.</summary>
    public bool HasTraining { get; set; }

    /// <summary>The configuration's name of a setting such as <c>Sampling:Eta</c>.</summary>
    public string KeyOf(string setting) =>
        configuration is IConfigurationSection { Path: var path } ? ConfigurationPath.Combine(path, setting) : setting;

    /// <summary>Reads the configuration.</summary>
    /// <param name="options">Gets the values that can be read.</param>
    /// <param name="failures">Gets a line for each key that cannot.</param>
    public void Bind(DdpoOptions options, ICollection<string> failures)
    {
        if (configuration is null)
        {
            return;
        }

        var binder = new SettingsBinder(failures);
        binder.Bind(configuration.GetChildren().Where(section => !IsRewards(section)), options);
        foreach (var section in configuration.GetSection(RewardsKey).GetChildren())
        {
            var model = Rewards.Find(reward => IsNamed(reward, section.Key))?.NewModelSettings?.Invoke();
            object[] settings = [options.Reward(section.Key), .. model is null ? Array.Empty<object>() : [model]];
            binder.Bind(section.GetChildren(), settings);
        }
    }

    /// <summary>Reads the settings of a reward's model.</summary>
    public object BindModel(RewardRegistration reward)
    {
        var settings = reward.NewModelSettings!();
        if (configuration is not null)
        {
            new SettingsBinder([]).Bind(configuration.GetSection(RewardsKey).GetSection(reward.Name).GetChildren(), settings);
        }

        return settings;
    }

    /// <summary>Whether a reward has this name; the keys of configuration do not tell upper from lower case.</summary>
    public static bool IsNamed(RewardRegistration reward, string name) =>
        string.Equals(reward.Name, name, StringComparison.OrdinalIgnoreCase);

    private static bool IsRewards(IConfigurationSection section) =>
        string.Equals(section.Key, RewardsKey, StringComparison.OrdinalIgnoreCase);
}
