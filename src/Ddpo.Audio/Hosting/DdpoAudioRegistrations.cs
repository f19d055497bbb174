using Ddpo.Audio.Settings;
using Microsoft.Extensions.Configuration;

namespace Ddpo.Audio.Hosting;

/// <summary>What was asked for while services were registered.</summary>
internal sealed class DdpoAudioRegistrations(IConfiguration? configuration)
{
    private const string RewardsKey = nameof(DdpoOptions.Rewards);

    /// <summary>In the order in which they were added.</summary>
    public List<RewardRegistration> All { get; } = [];

    /// <summary>Names that configuration turns off, added or not: <c>"Rewards": { "clap_score": false }</c>.</summary>
    public IEnumerable<string> Off =>
        (configuration?.GetSection(RewardsKey).GetChildren() ?? []).Where(SettingsReader.IsOff).Select(section => section.Key);

    /// <summary>Those that configuration does not turn off.</summary>
    public IEnumerable<RewardRegistration> Rewards => All.Where(reward => !Off.Any(name => IsNamed(reward, name)));

    /// <summary>Whether code says where the prompts come from.</summary>
    public bool HasPrompts { get; set; }

    /// <summary>Loads the pipeline that code says; <see langword="null"/> for the settings' own.</summary>
    public Func<IServiceProvider, CancellationToken, Task<IDiffusionPipeline>>? LoadPipeline { get; set; }

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
        if (configuration is not null)
        {
            new SettingsReader(failures)
            {
                Beside = name => All.Find(reward => IsNamed(reward, name))?.NewModelSettings?.Invoke(),
            }.Read(configuration, options);
        }
    }

    /// <summary>Reads the settings of a reward's model.</summary>
    public object BindModel(RewardRegistration reward)
    {
        var settings = reward.NewModelSettings!();
        if (configuration is not null)
        {
            new SettingsReader([]).Read(configuration.GetSection(RewardsKey).GetSection(reward.Name), settings);
        }

        return settings;
    }

    /// <summary>The settings of its own that a reward is made with; <see langword="null"/> when it has none.</summary>
    public object? SettingsOf(RewardRegistration reward) =>
        reward.NewModelSettings is null ? null : reward.CompleteModelSettings!(BindModel(reward), null);

    /// <summary>Whether a reward has this name; the keys of configuration do not tell upper from lower case.</summary>
    public static bool IsNamed(RewardRegistration reward, string name) =>
        string.Equals(reward.Name, name, StringComparison.OrdinalIgnoreCase);
}
