using Microsoft.Extensions.Options;

namespace Ddpo.Audio.Samples;

/// <summary>Builds the trainer that a visitor asks for: the container's, with the settings of the page.</summary>
internal sealed class TrainerComposer(IDdpoTrainerFactory factory, IOptions<StudioOptions> studio, IOptions<DdpoOptions> ddpo)
{
    private readonly StudioLimits _limits = studio.Value.Limits;
    private readonly AlgorithmDefaults _defaults = studio.Value.Algorithms;
    private readonly TrainingAlgorithm _algorithm = ddpo.Value.Algorithm;
    private readonly bool _needEmotions = ddpo.Value.Rewards.ContainsKey(RewardNames.Emopia);

    /// <summary>Builds it.</summary>
    /// <param name="request">What was asked for.</param>
    /// <param name="folder">The run's folder.</param>
    /// <param name="observer">Is told of it.</param>
    /// <param name="cancellationToken">Stops waiting for the models.</param>
    /// <returns>The trainer, and its number of epochs.</returns>
    /// <exception cref="StudioProblemException">Settings are wrong: all that the studio and the library have to say about them.</exception>
    public Task<(IPolicyTrainer Trainer, int NumEpochs)> ComposeAsync(
        TrainingRequest request, string folder, IRunObserver observer, CancellationToken cancellationToken) => BuildAsync(
            (builder, errors) =>
            {
                var (epochs, algorithm) = (0, request.Algorithm ?? _algorithm);
                builder.ConfigureSampling(options => Configure(options, request, errors))
                    .ConfigureTraining(options => epochs = Configure(options, algorithm, request, errors))
                    .ConfigureCheckpoints(options => Configure(options, request, folder))
                    .AddObserver(observer);
                Choose(builder, algorithm, request, errors);
                if (request.Prompts is { } texts && TrainingPrompts.Of(texts, _limits, _needEmotions, errors) is { } prompts)
                {
                    builder.UsePrompts(prompts);
                }

                if (request.Seed is { } seed)
                {
                    builder.WithSeed((ulong)errors.Between("seed", "The seed", seed, 0, ClipRequest.MaxSeed));
                }

                return epochs;
            },
            "Training cannot start.",
            cancellationToken);

    /// <summary>Builds one that goes on with a run.</summary>
    /// <param name="folder">The run's.</param>
    /// <param name="observer">Is told of it.</param>
    /// <param name="cancellationToken">Stops waiting for the models.</param>
    /// <returns>The trainer, and its number of epochs.</returns>
    /// <exception cref="StudioProblemException">It was made with another model or other rewards: all that is different.</exception>
    public Task<(IPolicyTrainer Trainer, int NumEpochs)> ResumeAsync(string folder, IRunObserver observer, CancellationToken cancellationToken) => BuildAsync(
        (builder, _) =>
        {
            var epochs = RunSettingsFile.Of(folder).Apply(builder);
            builder.ConfigureCheckpoints(options => (options.Directory, options.ResumeFrom) = (folder, CheckpointOptions.Latest)).AddObserver(observer);
            return epochs;
        },
        "The run cannot go on.",
        cancellationToken);

    private async Task<(IPolicyTrainer Trainer, int NumEpochs)> BuildAsync(
        Func<DdpoTrainerBuilder, FieldErrors, int> configure, string problem, CancellationToken cancellationToken)
    {
        var (errors, epochs) = (new FieldErrors(), 0);
        try
        {
            var trainer = await factory.CreateAsync(builder => epochs = configure(builder, errors), cancellationToken);
            if (!errors.Any)
            {
                return (trainer, epochs);
            }

            await trainer.DisposeAsync(); // what is too much for the studio is not for the library
        }
        catch (OptionsValidationException exception)
        {
            foreach (var failure in exception.Failures)
            {
                errors.Add("settings", failure);
            }
        }

        throw StudioProblemException.Invalid(problem, errors);
    }

    private void Configure(SamplingOptions options, TrainingRequest request, FieldErrors errors)
    {
        options.NumInferenceSteps = errors.AtMost("steps", "The number of steps", request.Steps ?? options.NumInferenceSteps, _limits.MaxSteps);
        options.BatchSize = errors.AtMost("batchSize", "The batch", request.BatchSize ?? options.BatchSize, _limits.MaxBatchSize);
        options.NumBatchesPerEpoch = errors.AtMost("batches", "The number of batches", request.Batches ?? options.NumBatchesPerEpoch, _limits.MaxBatches);
        var seconds = errors.Between("seconds", "The duration", request.Seconds ?? options.Duration.TotalSeconds, 0.1, _limits.MaxSeconds);
        options.Duration = TimeSpan.FromSeconds(Math.Clamp(seconds, 0.1, _limits.MaxSeconds)); // what is out of range may not fit a time span
    }

    private int Configure(TrainingOptions options, TrainingAlgorithm algorithm, TrainingRequest request, FieldErrors errors)
    {
        _defaults.Of(algorithm).ApplyTo(options);
        options.NumEpochs = errors.AtMost("epochs", "The number of epochs", request.Epochs ?? options.NumEpochs, _limits.MaxEpochs);
        options.LearningRate = request.LearningRate ?? options.LearningRate;
        return options.NumEpochs;
    }

    private static void Choose(DdpoTrainerBuilder builder, TrainingAlgorithm algorithm, TrainingRequest request, FieldErrors errors)
    {
        _ = algorithm switch
        {
            TrainingAlgorithm.Ddpo => builder.UseDdpo(options => Configure(options, request)),
            TrainingAlgorithm.Grpo => builder.UseGrpo(options => Configure(options, request)),
            TrainingAlgorithm.Draft => builder.UseDraft(),
            TrainingAlgorithm.Rwr => builder.UseRwr(),
            TrainingAlgorithm.Awm => builder.UseAwm(),
            TrainingAlgorithm.Nft => builder.UseNft(),
            _ => null,
        };
        if (!StudioInfo.Algorithms.Contains(algorithm))
        {
            errors.Add("algorithm", $"The algorithm is {algorithm}; expected {string.Join(", ", StudioInfo.Algorithms)}.");
        }
    }

    private static void Configure(PolicyGradientOptions options, TrainingRequest request)
    {
        options.ClipRange = request.ClipRange ?? options.ClipRange;
        options.SkipLastTimesteps = request.SkipLastSteps ?? options.SkipLastTimesteps;
    }

    private static void Configure(CheckpointOptions options, TrainingRequest request, string folder)
    {
        options.Directory = folder;
        options.SaveEveryEpochs = request.SaveEvery ?? options.SaveEveryEpochs;
    }
}
