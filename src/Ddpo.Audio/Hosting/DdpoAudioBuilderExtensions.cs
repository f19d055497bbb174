using System.Diagnostics.CodeAnalysis;
using Ddpo.Audio;
using Ddpo.Audio.Hosting;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>What a container with Ddpo.Audio can be given.</summary>
/// <remarks>What code says here outweighs configuration.</remarks>
[SuppressMessage("ApiDesign", "RS0026", Justification = "The overloads differ in a required parameter.")]
public static class DdpoAudioBuilderExtensions
{
    /// <summary>Changes settings, after configuration was read.</summary>
    public static IDdpoAudioBuilder Configure(this IDdpoAudioBuilder builder, Action<DdpoOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.Configure(configure);
        return builder;
    }

    /// <summary>Sets the pipeline, instead of the one of <see cref="DdpoOptions.Pipeline"/>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="load">Loads it, once for each <see cref="IDiffusionPipelineProvider"/>. The token is cancelled when the container is disposed, which
    /// disposes the pipeline, too.</param>
    public static IDdpoAudioBuilder UsePipeline(
        this IDdpoAudioBuilder builder, Func<IServiceProvider, CancellationToken, Task<IDiffusionPipeline>> load)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(load);
        DdpoAudioBuilder.RegistrationsOf(builder.Services).LoadPipeline = load;
        return builder;
    }

    /// <summary>
    /// Adds a further copy of the pipeline, as an <see cref="IDiffusionPipelineProvider"/> with a key: it plays while the other one trains, with the
    /// adapter that it is given, and takes a model's memory.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="key">The service's key.</param>
    public static IDdpoAudioBuilder AddPipelineCopy(this IDdpoAudioBuilder builder, string key)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(key);
        builder.Services.AddKeyedSingleton<IDiffusionPipelineProvider>(key, (services, _) => DiffusionPipelineProvider.Of(services));
        return builder;
    }

    /// <summary>Sets where prompts come from, instead of <see cref="DdpoOptions.Prompts"/>.</summary>
    public static IDdpoAudioBuilder UsePrompts(this IDdpoAudioBuilder builder, PromptSource prompts)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        return builder.UsePrompts(_ => prompts);
    }

    /// <summary>Sets where prompts come from, instead of <see cref="DdpoOptions.Prompts"/>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="create">Called once.</param>
    public static IDdpoAudioBuilder UsePrompts(this IDdpoAudioBuilder builder, Func<IServiceProvider, PromptSource> create)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(create);
        DdpoAudioBuilder.RegistrationsOf(builder.Services).HasPrompts = true;
        builder.Services.AddSingleton(create);
        return builder;
    }

    /// <summary>Trains on a reward that is registered as a keyed service: <c>AddKeyedSingleton&lt;IRewardFunction&gt;(name, …)</c>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The service's key, and the key of the reward's settings (<see cref="DdpoOptions.Rewards"/>).</param>
    /// <param name="weight">Its weight; <see langword="null"/> leaves it to the settings.</param>
    /// <param name="normalization">What is done to its values before; <see langword="null"/> leaves it to the settings.</param>
    public static IDdpoAudioBuilder AddReward(
        this IDdpoAudioBuilder builder, string name, double? weight = null, RewardNormalization? normalization = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        DdpoAudioBuilder.RegistrationsOf(builder.Services).All.Add(new RewardRegistration(name));
        return builder.Configure(options =>
        {
            var reward = options.Reward(name);
            (reward.Weight, reward.Normalization) = (weight ?? reward.Weight, normalization ?? reward.Normalization);
        });
    }

    /// <summary>Registers a reward under its name, and trains on it. It stays the caller's to dispose.</summary>
    /// <inheritdoc cref="AddReward(IDdpoAudioBuilder, string, double?, RewardNormalization?)"/>
    public static IDdpoAudioBuilder AddReward(
        this IDdpoAudioBuilder builder, IRewardFunction reward, double? weight = null, RewardNormalization? normalization = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(reward);
        builder.Services.AddKeyedSingleton(reward.Name, reward);
        return builder.AddReward(reward.Name, weight, normalization);
    }

    /// <summary>
    /// Registers a reward that takes time to load, and trains on it. It is loaded once, before training starts or when it first scores,
    /// and the container disposes it.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The reward's name, and its key.</param>
    /// <param name="load">Loads it. The token is cancelled when the container is disposed.</param>
    /// <param name="weight">Its weight; <see langword="null"/> leaves it to the settings.</param>
    /// <param name="normalization">What is done to its values before; <see langword="null"/> leaves it to the settings.</param>
    public static IDdpoAudioBuilder AddReward(
        this IDdpoAudioBuilder builder,
        string name,
        Func<IServiceProvider, CancellationToken, Task<IRewardFunction>> load,
        double? weight = null,
        RewardNormalization? normalization = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(load);
        builder.Services.AddKeyedSingleton<IRewardFunction>(name, (services, _) => new DeferredReward(name, stop => load(services, stop)));
        return builder.AddReward(name, weight, normalization);
    }

    /// <summary>Measures a reward without training on it: one that was added under this name, or a keyed service.</summary>
    public static IDdpoAudioBuilder AddMetric(this IDdpoAudioBuilder builder, string name)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        var rewards = DdpoAudioBuilder.RegistrationsOf(builder.Services).All;
        if (!rewards.Exists(reward => reward.Name == name))
        {
            rewards.Add(new RewardRegistration(name));
        }

        return builder.Configure(options => options.Reward(name).MetricOnly = true);
    }

    /// <summary>Registers a reward under its name, and measures it without training on it. It stays the caller's to dispose.</summary>
    public static IDdpoAudioBuilder AddMetric(this IDdpoAudioBuilder builder, IRewardFunction metric)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(metric);
        builder.Services.AddKeyedSingleton(metric.Name, metric);
        return builder.AddMetric(metric.Name);
    }

    /// <summary>Trains as a hosted service, from the host's start.</summary>
    /// <remarks>
    /// Every <c>IProgress&lt;DdpoProgress&gt;</c> and <c>IProgress&lt;DdpoEpoch&gt;</c> in the container is told how it goes, from any
    /// thread. When the host stops, training stops within one denoising step, and its run has a checkpoint after its last whole epoch:
    /// with <see cref="CheckpointOptions.ResumeFrom"/> = <c>latest</c> the next start goes on with it. When training fails,
    /// <c>HostOptions.BackgroundServiceExceptionBehavior</c> decides: by default, the host stops.
    /// </remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="stopHost">Whether the host stops when training is done; <see langword="null"/> leaves it to the settings
    /// (<see cref="DdpoOptions.StopHostWhenTrained"/>).</param>
    public static IDdpoAudioBuilder AddTraining(this IDdpoAudioBuilder builder, bool? stopHost = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        DdpoAudioBuilder.RegistrationsOf(builder.Services).HasTraining = true;
        builder.Services.AddSingleton<TrainingRun>();
        builder.Services.AddHostedService<TrainingService>();
        return builder.Configure(options => options.StopHostWhenTrained = stopHost ?? options.StopHostWhenTrained);
    }
}
