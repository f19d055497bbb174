using Ddpo.Audio.Settings;
using Ddpo.Audio.Training.Algorithms.DirectReward;
using Ddpo.Audio.Training.Algorithms.ForwardProcess;
using Ddpo.Audio.Training.Algorithms.PolicyGradient;
using Ddpo.Audio.Training.Rollouts;
using Ddpo.Audio.Training.Session;
using Ddpo.Audio.Training.Settings;
using Ddpo.Audio.Training.Sharing;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Ddpo.Audio;

/// <summary>Composes a DDPO trainer: Use… takes exactly one, Add… many, Configure… changes options, With… sets one value.</summary>
/// <remarks>Single-use and not thread-safe. What is passed in stays the caller's and must outlive the trainer.</remarks>
public sealed class DdpoTrainerBuilder
{
    private readonly List<WeightedReward> _rewards = [];
    private readonly List<IRewardFunction> _metrics = [];
    private readonly List<IRunObserver> _observers = [];
    private IDiffusionPipeline? _pipeline;
    private ITrainingAlgorithm? _algorithm;
    private IAdvantageEstimator? _estimator;
    private IPolicyObjective? _objective;
    private PromptSource? _prompts;
    private DdpoPromptOptions? _promptOptions;
    private readonly DdpoOptions _options;
    private ILoggerFactory? _loggerFactory;
    private ICollective _collective = Collective.Alone;
    private bool _built;

    /// <summary>What a container's settings say of the rewards that it made, for the run's <c>settings.json</c>.</summary>
    internal Dictionary<IRewardFunction, RewardOrigin> Origins { get; } = [];

    /// <summary>The rewards that a container's settings turn off.</summary>
    internal IReadOnlyList<string> RewardsOff { get; set; } = [];

    /// <summary>Initializes a new builder with the specified settings.</summary>
    /// <param name="options">The settings to start from, which are copied; all defaults when <see langword="null"/>. What they say of a container's
    /// pipeline, prompts and rewards is not used: those are given to the builder.</param>
    public DdpoTrainerBuilder(DdpoOptions? options = null) => _options = options is null ? new() : SettingsCopy.Of(options);

    /// <summary>Sets the pipeline to train. Required; it must be one that can be trained (<c>ITrainableDiffusion</c>).</summary>
    public DdpoTrainerBuilder UsePipeline(IDiffusionPipeline pipeline) => Set(() => _pipeline = NotNull(pipeline));

    /// <summary>Trains low-rank adapters on the UNet's attention (the default, with <see cref="LoraOptions"/>' defaults).</summary>
    public DdpoTrainerBuilder UseLora(Action<LoraOptions>? configure = null) => Set(() =>
    {
        _options.Lora ??= new LoraOptions();
        configure?.Invoke(_options.Lora);
    });

    /// <summary>Trains every weight of the UNet itself, in place, instead of adapters. Needs a 32-bit pipeline.</summary>
    /// <remarks>
    /// AdamW keeps two more numbers for every weight on the device, and a copy of all three is kept in the CPU's memory, to undo an epoch
    /// that fails or is cancelled: 12 bytes a weight in each.
    /// </remarks>
    public DdpoTrainerBuilder UseFullFineTuning() => Set(() => _options.Lora = null);

    /// <summary>Trains by DDPO (the default).</summary>
    public DdpoTrainerBuilder UseDdpo(Action<DdpoAlgorithmOptions>? configure = null) => Set(() =>
    {
        configure?.Invoke(_options.Ddpo);
        (_options.Algorithm, _algorithm) = (TrainingAlgorithm.Ddpo, null);
    });

    /// <summary>Trains by GRPO: each prompt gets several samples in an epoch, which are measured against each other.</summary>
    public DdpoTrainerBuilder UseGrpo(Action<GrpoOptions>? configure = null) => Set(() =>
    {
        configure?.Invoke(_options.Grpo);
        (_options.Algorithm, _algorithm) = (TrainingAlgorithm.Grpo, null);
    });

    /// <summary>Trains by an own algorithm, which stays the caller's.</summary>
    [Experimental(ExperimentalApi.Tensors)]
    public DdpoTrainerBuilder UseAlgorithm(ITrainingAlgorithm algorithm) =>
        Set(() => (_options.Algorithm, _algorithm) = (TrainingAlgorithm.Own, NotNull(algorithm)));

    /// <summary>Trains by DRaFT: along the reward's own gradient. Needs rewards that are <c>IDifferentiableReward</c>, such as <c>ClapReward</c>.</summary>
    public DdpoTrainerBuilder UseDraft(Action<DraftOptions>? configure = null) => Set(() =>
    {
        configure?.Invoke(_options.Draft);
        (_options.Algorithm, _algorithm) = (TrainingAlgorithm.Draft, null);
    });

    /// <summary>Trains by RWR: on the model's own samples, of which better ones weigh more, or the best alone count.</summary>
    public DdpoTrainerBuilder UseRwr(Action<RwrOptions>? configure = null) => Set(() =>
    {
        configure?.Invoke(_options.Rwr);
        (_options.Algorithm, _algorithm) = (TrainingAlgorithm.Rwr, null);
    });

    /// <summary>Trains by AWM: towards samples that are better than others of their prompt, and away from worse ones.</summary>
    public DdpoTrainerBuilder UseAwm(Action<AwmOptions>? configure = null) => Set(() =>
    {
        configure?.Invoke(_options.Awm);
        (_options.Algorithm, _algorithm) = (TrainingAlgorithm.Awm, null);
    });

    /// <summary>Trains by DiffusionNFT: what made the better samples against what made the worse ones, beside an old policy that samples.</summary>
    public DdpoTrainerBuilder UseNft(Action<NftOptions>? configure = null) => Set(() =>
    {
        configure?.Invoke(_options.Nft);
        (_options.Algorithm, _algorithm) = (TrainingAlgorithm.Nft, null);
    });

    /// <summary>Uses an own estimator of advantages in DDPO or GRPO, instead of the running statistics of each prompt, or the group's.</summary>
    public DdpoTrainerBuilder UseAdvantages(IAdvantageEstimator estimator) => Set(() => _estimator = NotNull(estimator));

    /// <summary>Uses an own objective in DDPO or GRPO, instead of the clipped surrogate or the score function.</summary>
    [Experimental(ExperimentalApi.Tensors)]
    public DdpoTrainerBuilder UseObjective(IPolicyObjective objective) => Set(() => _objective = NotNull(objective));

    /// <summary>
    /// Trains together with the other processes of a job, such as those that <c>mpirun</c> started (<see cref="Collective.FromEnvironment"/>); alone by default.
    /// </summary>
    /// <remarks>
    /// <para>Every rank builds the same trainer and takes the same epochs. Batches are shared out: each rank samples and scores its part of each, and trains on
    /// it. Samples, advantages and updates are those of one process, but for rounding; the same number of ranks gives the same bits.</para>
    /// <para>Rank 0 writes the run's folder and tells observers; others log warnings only. A rank that fails or is cancelled ends the training of all, with
    /// its message (<see cref="CollectiveException"/>). A run may be resumed on another number of ranks.</para>
    /// </remarks>
    /// <param name="collective">The ranks; stays the caller's.</param>
    public DdpoTrainerBuilder UseCollective(ICollective collective) => Set(() => _collective = NotNull(collective));

    /// <summary>Sets where the prompts of each epoch are drawn from. Required.</summary>
    public DdpoTrainerBuilder UsePrompts(PromptSource prompts) => Set(() => (_prompts, _promptOptions) = (NotNull(prompts), null));

    /// <summary>Draws prompts from <paramref name="prompts"/>, which was made of <paramref name="options"/>.</summary>
    internal DdpoTrainerBuilder UsePrompts(PromptSource prompts, DdpoPromptOptions options) =>
        Set(() => (_prompts, _promptOptions) = (prompts, options));

    /// <summary>Adds a reward. At least one is required; the policy is trained on the weighted sum.</summary>
    /// <param name="reward">The reward; its name must differ from those of the other rewards and metrics.</param>
    /// <param name="weight">Finite and not 0; 1 by default. A negative weight makes less of it better.</param>
    /// <param name="normalization">What is done to its values before they are weighted; nothing by default.</param>
    public DdpoTrainerBuilder AddReward(
        IRewardFunction reward, double weight = 1, RewardNormalization normalization = RewardNormalization.None) =>
        Set(() => _rewards.Add(new WeightedReward(NotNull(reward), weight, normalization)));

    /// <summary>
    /// Adds a reward that is measured on every epoch's samples and never trained on (<see cref="DdpoEpoch.Metrics"/>), to guard
    /// against what training gains in one reward at the cost of another. A metric that fails is treated as a reward that does.
    /// </summary>
    /// <param name="metric">The metric; its name must differ from those of the rewards and other metrics.</param>
    public DdpoTrainerBuilder AddMetric(IRewardFunction metric) => Set(() => _metrics.Add(NotNull(metric)));

    /// <summary>Changes how samples are made.</summary>
    public DdpoTrainerBuilder ConfigureSampling(Action<SamplingOptions> configure) => Set(() => NotNull(configure)(_options.Sampling));

    /// <summary>Changes how long to train, in what batches, and the optimizer.</summary>
    public DdpoTrainerBuilder ConfigureTraining(Action<TrainingOptions> configure) => Set(() => NotNull(configure)(_options.Training));

    /// <summary>Changes what happens when a reward or metric fails.</summary>
    public DdpoTrainerBuilder ConfigureRewardFailures(Action<RewardFailureOptions> configure) =>
        Set(() => NotNull(configure)(_options.RewardFailures));

    /// <summary>Changes what is written, and where.</summary>
    public DdpoTrainerBuilder ConfigureCheckpoints(Action<CheckpointOptions> configure) =>
        Set(() => NotNull(configure)(_options.Checkpoints));

    /// <summary>Has training end by itself when a guard falls, the policy moves too far, or nothing is gained any more.</summary>
    public DdpoTrainerBuilder ConfigureStopping(Action<StoppingOptions> configure) => Set(() => NotNull(configure)(_options.Stopping));

    /// <summary>Changes which clips are made to hear what training does, and when.</summary>
    public DdpoTrainerBuilder ConfigureValidation(Action<ValidationOptions> configure) =>
        Set(() => NotNull(configure)(_options.Validation));

    /// <summary>Changes which of the library's own observers are told of the run: the files that people watch it with, and telemetry.</summary>
    public DdpoTrainerBuilder ConfigureObservers(Action<ObserverOptions> configure) => Set(() => NotNull(configure)(_options.Observers));

    /// <summary>Adds an observer that is told of the run as it goes. Whatever it does or throws, the run goes on as without it.</summary>
    public DdpoTrainerBuilder AddObserver(IRunObserver observer) => Set(() => _observers.Add(NotNull(observer)));

    /// <summary>
    /// Decides everything random in the run: prompts, noise, shuffles and new adapters. Drawn when not set; a resumed run then
    /// keeps its own.
    /// </summary>
    public DdpoTrainerBuilder WithSeed(ulong seed) => Set(() => _options.Seed = seed);

    /// <summary>Sets where log messages go; nowhere by default.</summary>
    public DdpoTrainerBuilder WithLoggerFactory(ILoggerFactory loggerFactory) =>
        Set(() => _loggerFactory = NotNull(loggerFactory));

    /// <summary>Validates everything at once and freezes it. Reads and writes no file, and touches no tensor.</summary>
    /// <exception cref="OptionsValidationException">Something is missing or out of range; <c>Failures</c> lists all that is.</exception>
    /// <exception cref="InvalidOperationException">This builder has built its trainer already.</exception>
    public IPolicyTrainer Build()
    {
        ThrowIfBuilt();
        var failures = DdpoValidator.Validate(_pipeline, _prompts, _rewards, _metrics, _options, _estimator is not null).ToList();
        if (_options.Algorithm == TrainingAlgorithm.Own && _algorithm is null)
        {
            failures.Add(new("Algorithm is Own, but there is none: call UseAlgorithm, or choose another one.", nameof(DdpoOptions.Algorithm)));
        }

        if (_options.Algorithm is not (TrainingAlgorithm.Ddpo or TrainingAlgorithm.Grpo) && (_estimator is not null || _objective is not null))
        {
            failures.Add(new($"UseAdvantages and UseObjective are for parts of DDPO and GRPO, but Algorithm is {_options.Algorithm}.", nameof(DdpoOptions.Algorithm)));
        }

        failures.AddRange(RankRules.Check(_options, _collective.Size, _options.Algorithm == TrainingAlgorithm.Own ? _algorithm : null));
        ThrowIfAny(failures);
        var options = SettingsCopy.Of(_options);
        var run = new RunSetup(
            _pipeline!,
            (ITrainableDiffusion)_pipeline!.GetService(typeof(ITrainableDiffusion))!,
            options,
            _prompts!,
            _promptOptions,
            Origins,
            RewardsOff,
            [.. _rewards],
            [.. _metrics],
            Algorithm(options),
            [.. _observers],
            _options.Seed ?? (ulong)Random.Shared.NextInt64(),
            SeedIsDrawn: _options.Seed is null,
            _loggerFactory,
            new RankGroup(_collective));
        ThrowIfAny([.. WarmupRule.Check(run)]);
        _built = true;
        return new TrainingSession(run);
    }

    private static void ThrowIfAny(List<SettingFailure> failures)
    {
        if (failures.Count > 0)
        {
            throw new OptionsValidationException(nameof(DdpoTrainerBuilder), typeof(DdpoTrainerBuilder), failures.Select(failure => failure.Message));
        }
    }

    private ITrainingAlgorithm Algorithm(DdpoOptions options) => options.Algorithm switch
    {
        TrainingAlgorithm.Grpo => PolicyGradientAlgorithm.Grpo(options.Grpo, _estimator, _objective),
        TrainingAlgorithm.Draft => new DraftAlgorithm(options.Draft),
        TrainingAlgorithm.Rwr => ForwardAlgorithm.Rwr(options.Rwr),
        TrainingAlgorithm.Awm => ForwardAlgorithm.Awm(options.Awm),
        TrainingAlgorithm.Nft => ForwardAlgorithm.Nft(options.Nft),
        TrainingAlgorithm.Own => _algorithm!,
        _ => PolicyGradientAlgorithm.Ddpo(options.Ddpo, _estimator, _objective),
    };

    private static T NotNull<T>(T value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return value;
    }

    private DdpoTrainerBuilder Set(Action set)
    {
        ThrowIfBuilt();
        set();
        return this;
    }

    private void ThrowIfBuilt()
    {
        if (_built)
        {
            throw new InvalidOperationException("This builder has built its trainer already. Make a new builder for another one.");
        }
    }
}
