using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Ddpo.Audio.Hosting;

/// <summary>The builder that <c>AddDdpoAudio</c> returns.</summary>
internal sealed class DdpoAudioBuilder(IServiceCollection services, IConfiguration? configuration) : IDdpoAudioBuilder
{
    public IServiceCollection Services => services;

    public IConfiguration? Configuration => configuration;

    /// <summary>What was asked for so far.</summary>
    public static DdpoAudioRegistrations RegistrationsOf(IServiceCollection services) =>
        Find(services) ?? throw new InvalidOperationException("Call AddDdpoAudio first.");

    public static DdpoAudioRegistrations? Find(IServiceCollection services) => services
        .FirstOrDefault(service => service.ServiceType == typeof(DdpoAudioRegistrations))?.ImplementationInstance as DdpoAudioRegistrations;

    /// <summary>
    /// Adds a reward whose model is loaded when it is first needed, by settings of its own that configuration has beside
    /// <see cref="DdpoRewardOptions"/>.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The reward's name and key.</param>
    /// <param name="path">The model; <see langword="null"/> leaves it to configuration.</param>
    /// <param name="complete">Makes of the settings that configuration gives those that are used; without services, to validate them.</param>
    /// <param name="load">Loads the model.</param>
    /// <param name="problemOf">What a prompt lacks for it; <see langword="null"/> when it needs no more than a text.</param>
    public static IDdpoAudioBuilder AddModelReward<TSettings>(
        IDdpoAudioBuilder builder,
        string name,
        string? path,
        Func<TSettings, IServiceProvider?, TSettings> complete,
        Func<string, TSettings, CancellationToken, Task<IRewardFunction>> load,
        Func<TSettings, Prompt, string?>? problemOf = null)
        where TSettings : class, new()
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        var registrations = RegistrationsOf(builder.Services);
        var reward = new RewardRegistration(name)
        {
            LoadsModel = true,
            NewModelSettings = () => new TSettings(),
            CompleteModelSettings = (settings, provider) => complete((TSettings)settings, provider),
            ProblemOf = problemOf is null ? null : (settings, prompt) => problemOf((TSettings)settings, prompt),
        };
        registrations.All.Add(reward);
        if (path is not null)
        {
            builder.Services.Configure<DdpoOptions>(options => options.Reward(name).Path = path);
        }

        builder.Services.AddKeyedSingleton<IRewardFunction>(name, (services, _) => new DeferredReward(name, stop => load(
            services.GetRequiredService<IOptions<DdpoOptions>>().Value.Reward(name).Path!,
            complete((TSettings)registrations.BindModel(reward), services),
            stop)));
        return builder;
    }

    /// <summary>Adds a reward that has settings of its own, and no model.</summary>
    public static IDdpoAudioBuilder AddSettingsReward<TSettings>(
        IDdpoAudioBuilder builder, string name, Action<TSettings>? configure, Func<TSettings, IRewardFunction> create)
        where TSettings : class, new()
    {
        ArgumentNullException.ThrowIfNull(builder);
        var registrations = RegistrationsOf(builder.Services);
        var reward = new RewardRegistration(name)
        {
            NewModelSettings = () => new TSettings(),
            CompleteModelSettings = (settings, _) =>
            {
                configure?.Invoke((TSettings)settings);
                return settings;
            },
        };
        registrations.All.Add(reward);
        builder.Services.AddKeyedSingleton(name, (_, _) => create((TSettings)registrations.SettingsOf(reward)!));
        return builder;
    }
}
