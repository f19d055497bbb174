using System.Globalization;
using Ddpo.Audio.Settings;
using Ddpo.Audio.Training.Rollouts;

namespace Ddpo.Audio.Training.Settings;

/// <summary>Checks every setting of a run, and the settings against each other, and says all that is wrong.</summary>
internal static class DdpoValidator
{
    public static IReadOnlyList<SettingFailure> Validate(
        IDiffusionPipeline? pipeline,
        PromptSource? prompts,
        IReadOnlyList<WeightedReward> rewards,
        IReadOnlyList<IRewardFunction> metrics,
        DdpoOptions options,
        bool hasOwnAdvantages = false)
    {
        var failures = new Failures();
        failures.Unless(pipeline is not null, "No pipeline: call UsePipeline.");
        failures.Unless(prompts is not null, "No prompts: call UsePrompts.");
        failures.Unless(rewards.Count > 0, "No reward: call AddReward at least once.");
        failures.AddRange(options.Algorithm == TrainingAlgorithm.Draft ? DraftRules.CheckRewards(rewards) : []);

        RewardTerm[] terms = [.. rewards.Select(reward => new RewardTerm(reward.Function.Name, reward.Weight, reward.Normalization))];
        failures.AddRange(ValidateSettings(Trainable(pipeline)?.Precision, terms, [.. metrics.Select(metric => metric.Name)], options, hasOwnAdvantages));
        if (options.IsComplete)
        {
            CheckGuard(options.Stopping, rewards.Select(reward => reward.Function).Concat(metrics), failures);
            failures.AddRange(BestRoundRules.Check(options.Stopping.Best, rewards, metrics));
            failures.Unless(
                options.Validation.ReferenceFolder is null || rewards.Select(reward => reward.Function).Concat(metrics).OfType<IAudioEmbedder>().Any(),
                "To compare validation clips with real ones, a reward or metric has to make vectors of them (IAudioEmbedder): add ClapReward, by AddMetric if nothing is to be trained on it.",
                "Validation:ReferenceFolder");
            failures.AddRange(rewards.Select(reward => reward.Function).Concat(metrics).OfType<IReadsPrompts>().SelectMany(
                reward => PromptRules.Check(((IRewardFunction)reward).Name, reward.ProblemOf, prompts?.AllPrompts, options)));
        }

        failures.Unless(
            pipeline is null || Trainable(pipeline) is not null,
            $"The pipeline ({pipeline?.GetType().Name}) cannot be trained: its GetService(typeof(ITrainableDiffusion)) gives nothing. Use one that can, such "
            + "as AudioLdm2Pipeline, or implement ITrainableDiffusion.");
        if (Trainable(pipeline) is { } diffusion && options.Sampling is { NumInferenceSteps: >= 1, Eta: >= 0 and <= 1 } sampling)
        {
            failures.AddRange(diffusion.CheckSchedule(sampling.NumInferenceSteps, NeedsNoise(options) ? sampling.Eta : 0).Select(
                problem => new SettingFailure(problem, "Sampling:Eta", "Sampling:NumInferenceSteps")));
        }

        if (Trainable(pipeline) is { } model && options.Sampling is { BatchSize: >= 1 } batch && batch.Duration > TimeSpan.Zero && batch.Duration <= AudioRequest.LongestDuration)
        {
            failures.AddRange(model.CheckBatch(batch.Duration, batch.BatchSize).Select(problem => new SettingFailure(problem, "Sampling:BatchSize", "Sampling:Duration")));
        }

        failures.Unless(
            options.Training is not { GradientCheckpointing: true } || Trainable(pipeline) is null or { HasGradientCheckpointing: true },
            $"GradientCheckpointing is on, but the model ({pipeline?.GetType().Name}) has none; turn it off.",
            "Training:GradientCheckpointing");
        if (Trainable(pipeline) is { AlphasCumprod.Count: 0 } && ForwardProcessRules.AreFor(options.Algorithm))
        {
            failures.Add(new(ForwardProcessRules.NoForwardProcess(pipeline!, options.Algorithm), nameof(DdpoOptions.Algorithm)));
        }

        return failures;
    }

    /// <summary>Checks what can be checked before anything is loaded.</summary>
    public static IReadOnlyList<SettingFailure> ValidateSettings(
        Precision? precision, IReadOnlyList<RewardTerm> rewards, IReadOnlyList<string> metrics, DdpoOptions options, bool hasOwnAdvantages = false)
    {
        var failures = new Failures();
        Check(rewards, metrics, failures);
        failures.AddRange(SettingAnnotations.Check(options, "").Where(failure => !options.UnusedGroups.Any(
            group => failure.Settings[0].StartsWith(group + ':', StringComparison.Ordinal))));
        failures.AddRange(options.Lora?.Check() ?? []);
        if (!options.IsComplete)
        {
            return failures;
        }

        failures.Unless(
            options.Validation.Prompts.All(prompt => prompt?.Text is not null),
            "A prompt of the validation clips is null; use an empty string for no text.", "Validation:Prompts");
        failures.Unless(
            options.Validation.ReferenceFolder is not { } real || Directory.Exists(real),
            $"There is no folder '{options.Validation.ReferenceFolder}' with real clips to compare validation clips with.", "Validation:ReferenceFolder");
        Check(options.Checkpoints, failures);
        failures.Unless(
            options.Sampling.Eta != 0 || !NeedsNoise(options),
            $"Eta is 0; expected more than 0 and at most 1: the policy's action is the noise of each step, and without noise its log-prob is infinite. "
            + $"{ForwardProcessRules.Names}, and DRaFT, take 0; {options.Algorithm} does not.",
            "Sampling:Eta", nameof(DdpoOptions.Algorithm));
        failures.AddRange(BestRoundRules.Check(options));
        CheckBatches(options.Sampling, options.Training, failures);
        failures.AddRange(hasOwnAdvantages ? [] : ComparisonRules.Check(options));
        switch (options.Algorithm)
        {
            case TrainingAlgorithm.Ddpo:
                Check(options.Ddpo, failures);
                failures.AddRange(new PolicyGradientRules(options.Ddpo, nameof(options.Ddpo), options).Check());
                break;
            case TrainingAlgorithm.Grpo:
                Check(options.Grpo, options.Sampling, failures);
                failures.AddRange(new PolicyGradientRules(options.Grpo, nameof(options.Grpo), options).Check());
                break;
            case TrainingAlgorithm.Draft:
                failures.AddRange(DraftRules.Check(options, rewards));
                failures.AddRange(ReferenceRule.Check(options.Draft.KlWeight, nameof(options.Draft), options));
                break;
            default:
                failures.AddRange(ForwardProcessRules.Check(options));
                break;
        }

        failures.Unless(
            options.Lora is not null || precision is null or Precision.Float32,
            $"Full fine-tuning needs a pipeline in Float32, found {precision}: updates of this size vanish in its rounding. "
            + "Load the pipeline in Float32, or use LoRA.",
            "Pipeline:Precision", "Lora");
        return failures;
    }

    private static void Check(IReadOnlyList<RewardTerm> rewards, IReadOnlyList<string> metrics, Failures failures)
    {
        foreach (var (name, weight, normalization) in rewards)
        {
            failures.Unless(
                float.IsFinite((float)weight), $"The weight of reward '{name}' is {Text(weight)}; expected a number that is finite in 32 bits.", $"Rewards:{name}:Weight");
            failures.Unless(
                weight != 0, $"The weight of reward '{name}' is 0: use AddMetric to measure it without training on it.", $"Rewards:{name}:Weight");
            failures.Unless(
                Enum.IsDefined(normalization),
                $"The normalization of reward '{name}' is {normalization}; expected {string.Join(", ", Enum.GetNames<RewardNormalization>())}.",
                $"Rewards:{name}:Normalization");
        }

        foreach (var group in rewards.Select(reward => reward.Name).Concat(metrics).GroupBy(name => name))
        {
            failures.Unless(
                group.Count() == 1, $"{group.Count()} rewards or metrics are named '{group.Key}'; expected different names.", $"Rewards:{group.Key}");
        }
    }

    /// <summary>What no annotation can say: settings that only make sense together.</summary>
    private static void Check(CheckpointOptions checkpoints, Failures failures)
    {
        foreach (var (name, path) in new[] { (nameof(checkpoints.Directory), checkpoints.Directory), (nameof(checkpoints.ResumeFrom), checkpoints.ResumeFrom) })
        {
            if (path is { Length: > 0 } && FolderRule.ProblemOf(path) is { } problem)
            {
                failures.Add(new($"{name} is '{path}'; {problem}", $"Checkpoints:{name}"));
            }
        }

        failures.Unless(
            checkpoints.SaveSamplesEveryEpochs <= 0 || checkpoints.Directory is not null,
            $"SaveSamplesEveryEpochs is {checkpoints.SaveSamplesEveryEpochs}, but Directory is null: name a folder for the samples.",
            "Checkpoints:SaveSamplesEveryEpochs", "Checkpoints:Directory");
        failures.Unless(
            checkpoints.ResumeFrom != CheckpointOptions.Latest || checkpoints.Directory is not null,
            "ResumeFrom is \"latest\", but Directory is null: name the folder of the run to go on with.",
            "Checkpoints:ResumeFrom", "Checkpoints:Directory");
        failures.Unless(
            !checkpoints.Overwrite || checkpoints.ResumeFrom is null,
            $"Overwrite would remove the run that ResumeFrom (\"{checkpoints.ResumeFrom}\") goes on with: set one of them.",
            "Checkpoints:Overwrite", "Checkpoints:ResumeFrom");
    }

    private static void Check(DdpoAlgorithmOptions ddpo, Failures failures)
    {
        if (ddpo.PerPromptStatTracking is { BufferSize: > 0 } tracking)
        {
            failures.Unless(
                tracking.MinCount <= tracking.BufferSize,
                $"MinCount is {tracking.MinCount}, but BufferSize is {tracking.BufferSize}: no prompt would ever have enough rewards.",
                "Ddpo:PerPromptStatTracking:MinCount", "Ddpo:PerPromptStatTracking:BufferSize");
        }
    }

    private static void Check(GrpoOptions grpo, SamplingOptions sampling, Failures failures)
    {
        var samples = (long)sampling.BatchSize * sampling.NumBatchesPerEpoch;
        failures.Unless(
            grpo.SamplesPerPrompt < 2 || sampling.BatchSize < 1 || sampling.NumBatchesPerEpoch < 1 || samples % grpo.SamplesPerPrompt == 0,
            $"SamplesPerPrompt is {grpo.SamplesPerPrompt}, which does not divide the {samples} samples of an epoch "
            + $"({sampling.BatchSize} x {sampling.NumBatchesPerEpoch}).",
            "Grpo:SamplesPerPrompt", "Sampling:BatchSize", "Sampling:NumBatchesPerEpoch");
    }

    // Here, where the functions are known: in a container, one may call itself otherwise than by its key.
    private static void CheckGuard(StoppingOptions stopping, IEnumerable<IRewardFunction> functions, Failures failures)
    {
        if (stopping.Guard is { Reward: { Length: > 0 } guarded })
        {
            string[] names = [.. functions.Select(function => function.Name)];
            failures.Unless(
                names.Contains(guarded, StringComparer.Ordinal),
                $"The guard is for '{guarded}'; expected one of the rewards and metrics: {string.Join(", ", names)}.", "Stopping:Guard:Reward");
        }
    }

    private static void CheckBatches(SamplingOptions sampling, TrainingOptions training, Failures failures)
    {
        if (sampling.BatchSize < 1 || training.BatchSize < 0 || sampling.NumBatchesPerEpoch < 1 || training.GradientAccumulationSteps < 1)
        {
            return;
        }

        var trainingBatch = training.BatchSize == 0 ? sampling.BatchSize : training.BatchSize;
        var samples = (long)sampling.BatchSize * sampling.NumBatchesPerEpoch;
        failures.Unless(
            sampling.BatchSize % trainingBatch == 0,
            $"The training batch ({trainingBatch}) must divide the sampling batch ({sampling.BatchSize}).",
            "Training:BatchSize", "Sampling:BatchSize");
        failures.Unless(
            samples % ((long)trainingBatch * training.GradientAccumulationSteps) == 0,
            $"An update takes {trainingBatch} x {training.GradientAccumulationSteps} samples (batch x accumulation), which does not "
            + $"divide the {samples} samples of an epoch ({sampling.BatchSize} x {sampling.NumBatchesPerEpoch}).",
            "Training:GradientAccumulationSteps", "Training:BatchSize", "Sampling:BatchSize", "Sampling:NumBatchesPerEpoch");
    }

    /// <summary>Whether every step has to have a log-prob.</summary>
    private static bool NeedsNoise(DdpoOptions options) =>
        options.Algorithm != TrainingAlgorithm.Draft && !ForwardProcessRules.AreFor(options.Algorithm);

    private static ITrainableDiffusion? Trainable(IDiffusionPipeline? pipeline) =>
        pipeline?.GetService(typeof(ITrainableDiffusion)) as ITrainableDiffusion;

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);

    private sealed class Failures : List<SettingFailure>
    {
        public void Unless(bool condition, string failure, params string[] settings)
        {
            if (!condition)
            {
                Add(new(failure, settings));
            }
        }
    }
}
