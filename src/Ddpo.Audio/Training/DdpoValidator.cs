using System.Globalization;
using System.Runtime.CompilerServices;
using Ddpo.Audio.Training.Rewards;

namespace Ddpo.Audio.Training;

/// <summary>Checks every setting of a run, and the settings against each other, and says all that is wrong.</summary>
internal static class DdpoValidator
{
    public static IReadOnlyList<string> Validate(
        AudioLdm2Pipeline? pipeline,
        LoraOptions? lora,
        PromptSource? prompts,
        IReadOnlyList<WeightedReward> rewards,
        IReadOnlyList<IRewardFunction> metrics,
        SamplingOptions sampling,
        TrainingOptions training,
        CheckpointOptions checkpoints)
    {
        var failures = new Failures();
        failures.Unless(pipeline is not null, "No pipeline: call UsePipeline.");
        failures.Unless(prompts is not null, "No prompts: call UsePrompts.");
        Check(rewards, metrics, failures);
        Check(sampling, failures);
        Check(training, failures);
        Check(checkpoints, failures);
        if (lora is not null)
        {
            failures.AddRange(lora.Problems());
        }

        CheckBatches(sampling, training, failures);
        if (pipeline is not null)
        {
            CheckAgainstModel(pipeline, lora, sampling, failures);
        }

        return failures;
    }

    private static void Check(IReadOnlyList<WeightedReward> rewards, IReadOnlyList<IRewardFunction> metrics, Failures failures)
    {
        failures.Unless(rewards.Count > 0, "No reward: call AddReward at least once.");
        foreach (var (function, weight, normalization) in rewards)
        {
            failures.Unless(
                double.IsFinite(weight), $"The weight of reward '{function.Name}' is {Text(weight)}; expected a finite number.");
            failures.Unless(
                weight != 0, $"The weight of reward '{function.Name}' is 0: use AddMetric to measure it without training on it.");
            failures.Unless(
                Enum.IsDefined(normalization),
                $"The normalization of reward '{function.Name}' is {normalization}; expected {string.Join(", ", Enum.GetNames<RewardNormalization>())}.");
        }

        foreach (var group in rewards.Select(reward => reward.Function).Concat(metrics).GroupBy(function => function.Name))
        {
            failures.Unless(
                group.Count() == 1, $"{group.Count()} rewards or metrics are named '{group.Key}'; expected different names.");
        }
    }

    private static void Check(CheckpointOptions checkpoints, Failures failures)
    {
        failures.AtLeast(checkpoints.SaveEveryEpochs, 1);
        failures.AtLeast(checkpoints.SaveSamplesEveryEpochs, 0);
        failures.Unless(checkpoints.Directory != "", "Directory is empty: name a folder, or leave it null to write nothing.");
        failures.Unless(
            checkpoints.SaveSamplesEveryEpochs <= 0 || checkpoints.Directory is not null,
            $"SaveSamplesEveryEpochs is {checkpoints.SaveSamplesEveryEpochs}, but Directory is null: name a folder for the samples.");
    }

    private static void Check(SamplingOptions sampling, Failures failures)
    {
        failures.AtLeast(sampling.NumInferenceSteps, 1);
        failures.AtLeast(sampling.BatchSize, 1);
        failures.AtLeast(sampling.NumBatchesPerEpoch, 1);
        failures.Between(sampling.GuidanceScale, 0, double.MaxValue);
        failures.Unless(sampling.Duration > TimeSpan.Zero, $"Duration is {sampling.Duration}; expected more than 0.");
        failures.Unless(sampling.NegativePrompt is not null, "NegativePrompt is null; expected a text, which may be empty.");
        failures.Unless(
            sampling.Eta is > 0 and <= 1,
            $"Eta is {Text(sampling.Eta)}; expected more than 0 and at most 1: the policy's action is the noise of each step, and without noise its "
            + "log-prob is infinite.");
    }

    private static void Check(TrainingOptions training, Failures failures)
    {
        failures.AtLeast(training.NumEpochs, 1);
        failures.AtLeast(training.BatchSize, 0);
        failures.AtLeast(training.GradientAccumulationSteps, 1);
        failures.AtLeast(training.NumInnerEpochs, 1);
        failures.Positive(training.TimestepFraction);
        failures.Unless(training.SkipLastTimesteps >= 0, $"SkipLastTimesteps is {training.SkipLastTimesteps}; expected at least 0.");
        failures.Unless(training.TimestepFraction <= 1, $"TimestepFraction is {Text(training.TimestepFraction)}; expected at most 1.");
        failures.Positive(training.ClipRange);
        failures.Positive(training.AdvantageClip);
        failures.Positive(training.LearningRate);
        failures.Positive(training.AdamEpsilon);
        failures.Positive(training.MaxGradNorm);
        failures.Between(training.AdamBeta1, 0, Math.BitDecrement(1.0));
        failures.Between(training.AdamBeta2, 0, Math.BitDecrement(1.0));
        failures.Between(training.AdamWeightDecay, 0, double.MaxValue);
        if (training.PerPromptStatTracking is { } tracking)
        {
            failures.AtLeast(tracking.BufferSize, 1);
            failures.AtLeast(tracking.MinCount, 1);
            failures.Unless(
                tracking.MinCount <= tracking.BufferSize,
                $"MinCount is {tracking.MinCount}, but BufferSize is {tracking.BufferSize}: no prompt would ever have enough rewards.");
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
            $"The training batch ({trainingBatch}) must divide the sampling batch ({sampling.BatchSize}).");
        failures.Unless(
            samples % ((long)trainingBatch * training.GradientAccumulationSteps) == 0,
            $"An update takes {trainingBatch} x {training.GradientAccumulationSteps} samples (batch x accumulation), which does not "
            + $"divide the {samples} samples of an epoch ({sampling.BatchSize} x {sampling.NumBatchesPerEpoch}).");
        var trainable = sampling.NumInferenceSteps - training.SkipLastTimesteps;
        failures.Unless(
            training.SkipLastTimesteps < 0 || sampling.NumInferenceSteps < 1 || trainable >= 1,
            $"SkipLastTimesteps is {training.SkipLastTimesteps}; expected less than the {sampling.NumInferenceSteps} of NumInferenceSteps.");
        failures.Unless(
            training.TimestepFraction is not > 0 || trainable < 1 || (int)(trainable * training.TimestepFraction) >= 1,
            $"TimestepFraction {Text(training.TimestepFraction)} of {trainable} trained steps is less than one step.");
    }

    private static void CheckAgainstModel(AudioLdm2Pipeline pipeline, LoraOptions? lora, SamplingOptions sampling, Failures failures)
    {
        failures.Unless(
            lora is not null || pipeline.Precision == Precision.Float32,
            $"Full fine-tuning needs a pipeline in Float32, found {pipeline.Precision}: updates of this size vanish in its rounding. "
            + "Load the pipeline in Float32, or use LoRA.");
        if (sampling.NumInferenceSteps < 1 || !(sampling.Eta is > 0 and <= 1))
        {
            return;
        }

        try
        {
            failures.AddRange(pipeline.Scheduler.SetTimesteps(sampling.NumInferenceSteps).StepsWithoutNoise(sampling.Eta).Select(
                step => $"The step at timestep {step.Timestep} adds no noise, so it has no log-prob: {step.Cause}."));
        }
        catch (ArgumentException exception)
        {
            failures.Add($"NumInferenceSteps is {sampling.NumInferenceSteps}: {exception.Message}");
        }
    }

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);

    private sealed class Failures : List<string>
    {
        public void Unless(bool condition, string failure)
        {
            if (!condition)
            {
                Add(failure);
            }
        }

        public void AtLeast(int value, int least, [CallerArgumentExpression(nameof(value))] string name = "") =>
            Unless(value >= least, $"{Setting(name)} is {value}; expected at least {least}.");

        public void Positive(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
            Unless(double.IsFinite(value) && value > 0, $"{Setting(name)} is {Text(value)}; expected more than 0.");

        public void Between(double value, double least, double most, [CallerArgumentExpression(nameof(value))] string name = "") =>
            Unless(
                value >= least && value <= most,
                most == double.MaxValue
                    ? $"{Setting(name)} is {Text(value)}; expected at least {Text(least)}."
                    : $"{Setting(name)} is {Text(value)}; expected at least {Text(least)} and below 1.");

        private static string Setting(string expression) => expression[(expression.IndexOf('.', StringComparison.Ordinal) + 1)..];
    }
}
