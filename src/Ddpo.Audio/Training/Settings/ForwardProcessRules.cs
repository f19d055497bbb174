using System.Globalization;
using Ddpo.Audio.Settings;

namespace Ddpo.Audio.Training.Settings;

/// <summary>What no annotation can say of the settings of RWR, AWM and DiffusionNFT.</summary>
internal static class ForwardProcessRules
{
    /// <summary>The algorithms that these rules are for, in words.</summary>
    public const string Names = "RWR, AWM and DiffusionNFT";

    /// <summary>Whether an algorithm trains on clean latents alone.</summary>
    public static bool AreFor(TrainingAlgorithm algorithm) => algorithm is TrainingAlgorithm.Rwr or TrainingAlgorithm.Awm or TrainingAlgorithm.Nft;

    /// <summary>What to say of a pipeline that tells nothing of how its latents are noised.</summary>
    public static string NoForwardProcess(IDiffusionPipeline pipeline, TrainingAlgorithm algorithm) =>
        $"The pipeline ({pipeline.GetType().Name}) has no ITrainableDiffusion.AlphasCumprod, without which {algorithm} cannot add noise to clean latents: "
        + $"use a pipeline that predicts noise, or an algorithm other than {Names}.";

    /// <summary>Says all that is wrong; nothing for other algorithms.</summary>
    public static IEnumerable<SettingFailure> Check(DdpoOptions options) => options.Algorithm switch
    {
        TrainingAlgorithm.Rwr => Check(options.Rwr, nameof(options.Rwr), options.Rwr.ComparesByPrompt, options),
        TrainingAlgorithm.Awm => Check(options.Awm, nameof(options.Awm), comparesByPrompt: true, options),
        TrainingAlgorithm.Nft => Check(options.Nft, nameof(options.Nft), comparesByPrompt: true, options),
        _ => [],
    };

    private static IEnumerable<SettingFailure> Check(ForwardProcessOptions algorithm, string group, bool comparesByPrompt, DdpoOptions options)
    {
        var (sampling, training) = (options.Sampling, options.Training);
        var samples = (long)sampling.BatchSize * sampling.NumBatchesPerEpoch;
        if (comparesByPrompt && algorithm.SamplesPerPrompt == 1)
        {
            yield return new("SamplesPerPrompt is 1; expected at least 2: samples of a prompt are measured against each other.", $"{group}:SamplesPerPrompt");
        }

        if (algorithm.SamplesPerPrompt > 0 && sampling.BatchSize > 0 && sampling.NumBatchesPerEpoch > 0 && samples % algorithm.SamplesPerPrompt != 0)
        {
            yield return new(
                $"SamplesPerPrompt is {algorithm.SamplesPerPrompt}, which does not divide the {samples} samples of an epoch "
                + $"({sampling.BatchSize} x {sampling.NumBatchesPerEpoch}).",
                $"{group}:SamplesPerPrompt", "Sampling:BatchSize", "Sampling:NumBatchesPerEpoch");
        }

        if (algorithm.MinTimestep >= algorithm.MaxTimestep)
        {
            yield return new(
                $"MinTimestep is {Text(algorithm.MinTimestep)}; expected less than MaxTimestep, {Text(algorithm.MaxTimestep)}.",
                $"{group}:MinTimestep", $"{group}:MaxTimestep");
        }

        if (training.TimestepsPerPass > 1 && algorithm.DrawsPerSample >= 1 && algorithm.DrawsPerSample % training.TimestepsPerPass != 0)
        {
            yield return new(
                $"TimestepsPerPass is {training.TimestepsPerPass}, which does not divide DrawsPerSample, {algorithm.DrawsPerSample}.",
                "Training:TimestepsPerPass", $"{group}:DrawsPerSample");
        }

        if (training.GradientAccumulationSteps > 1)
        {
            yield return new(
                $"GradientAccumulationSteps is {training.GradientAccumulationSteps}, but each update of {options.Algorithm} takes all samples of an epoch: "
                + $"set it to 1, and UpdatesPerEpoch ({algorithm.UpdatesPerEpoch}) to how many updates there shall be.",
                "Training:GradientAccumulationSteps", $"{group}:UpdatesPerEpoch");
        }

        foreach (var failure in ReferenceRule.Check(algorithm.KlWeight, group, options))
        {
            yield return failure;
        }
    }

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
