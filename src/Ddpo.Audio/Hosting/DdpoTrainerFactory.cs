using Ddpo.Audio.Training.Rollouts;
using Ddpo.Audio.Training.Session;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Ddpo.Audio.Hosting;

/// <summary>Builds trainers of what the container has.</summary>
/// <remarks>Takes everything at construction, so that the container, which disposes what it made last first, disposes it later.</remarks>
internal sealed class DdpoTrainerFactory : IDdpoTrainerFactory
{
    private readonly DdpoOptions _options;
    private readonly IDiffusionPipelineProvider _pipeline;
    private readonly IReadOnlyList<(IRewardFunction Function, DdpoRewardOptions Part, RewardOrigin Origin)> _rewards;
    private readonly PromptSource? _prompts;
    private readonly bool _fromCode;
    private readonly IReadOnlyList<string> _rewardsOff;
    private readonly IReadOnlyList<IRunObserver> _observers;
    private readonly ILoggerFactory? _loggerFactory;
    private readonly ICollective? _collective;

    public DdpoTrainerFactory(
        IOptions<DdpoOptions> options,
        IDiffusionPipelineProvider pipeline,
        DdpoAudioRegistrations registrations,
        IServiceProvider services)
    {
        (_options, _pipeline) = (options.Value, pipeline);
        _rewards =
        [
            .. registrations.Rewards.Select(reward => (
                services.GetRequiredKeyedService<IRewardFunction>(reward.Name),
                _options.Reward(reward.Name),
                new RewardOrigin(reward.Name, _options.Reward(reward.Name).Path, registrations.SettingsOf(reward)))),
        ];
        _prompts = registrations.HasPrompts || _options.Prompts.Given.Count > 0 ? services.GetRequiredService<PromptSource>() : null;
        (_fromCode, _rewardsOff) = (registrations.HasPrompts, [.. registrations.Off]);
        _observers = [.. services.GetServices<IRunObserver>()];
        _loggerFactory = services.GetService<ILoggerFactory>();
        _collective = services.GetService<ICollective>();
    }

    public async Task<IPolicyTrainer> CreateAsync(
        Action<DdpoTrainerBuilder>? configure = null, CancellationToken cancellationToken = default)
    {
        if (configure is null && (_collective is null or { Rank: 0 }) && _options.Checkpoints.Directory is { } folder)
        {
            RunLock.ThrowIfTaken(folder); // it would be refused when training begins, after all was loaded
        }

        var builder = new DdpoTrainerBuilder(_options)
            .UsePipeline(await _pipeline.GetAsync(cancellationToken).ConfigureAwait(false));
        builder.RewardsOff = _rewardsOff;
        foreach (var (registered, part, origin) in _rewards)
        {
            var function = registered;
            if (registered is DeferredReward deferred)
            {
                // Now, so that a missing file is found before the first samples are made.
                var loaded = await deferred.LoadAsync(cancellationToken).ConfigureAwait(false);
                function = loaded.Name == deferred.Name ? loaded : deferred;
            }

            builder.Origins[function] = origin;
            _ = part.MetricOnly ? builder.AddMetric(function) : builder.AddReward(function, part.Weight, part.Normalization);
        }

        _ = _prompts is null ? builder : _fromCode ? builder.UsePrompts(_prompts) : builder.UsePrompts(_prompts, _options.Prompts);
        _ = _collective is null ? builder : builder.UseCollective(_collective);
        _ = _loggerFactory is null ? builder : builder.WithLoggerFactory(_loggerFactory);
        foreach (var observer in _observers)
        {
            builder.AddObserver(observer);
        }

        configure?.Invoke(builder);
        return builder.Build();
    }
}
