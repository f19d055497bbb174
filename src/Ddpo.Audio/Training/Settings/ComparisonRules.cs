using Ddpo.Audio.Settings;

namespace Ddpo.Audio.Training.Settings;

/// <summary>Refuses settings with which no sample would ever have another to be better than: nothing could be learned.</summary>
internal static class ComparisonRules
{
    /// <summary>Says all that is wrong. For DDPO only with its own advantages.</summary>
    public static IEnumerable<SettingFailure> Check(DdpoOptions options)
    {
        var tracking = options.Algorithm == TrainingAlgorithm.Ddpo ? options.Ddpo.PerPromptStatTracking : null;
        if (tracking is { BufferSize: 1 })
        {
            yield return new(
                "BufferSize is 1; expected at least 2: a reward is measured against those that its prompt got before, and there would be none.",
                "Ddpo:PerPromptStatTracking:BufferSize");
        }

        if (options.Sampling is { BatchSize: 1, NumBatchesPerEpoch: 1 } && tracking is null && ComparesWithinEpochs(options.Algorithm))
        {
            yield return new(
                $"An epoch has 1 sample (BatchSize 1 x NumBatchesPerEpoch 1); expected at least 2: {options.Algorithm} measures the samples of an epoch against each other"
                + (options.Algorithm == TrainingAlgorithm.Ddpo ? ", unless PerPromptStatTracking remembers those of earlier ones." : "."),
                "Sampling:NumBatchesPerEpoch", "Sampling:BatchSize");
        }
    }

    private static bool ComparesWithinEpochs(TrainingAlgorithm algorithm) =>
        algorithm is TrainingAlgorithm.Ddpo or TrainingAlgorithm.Grpo || ForwardProcessRules.AreFor(algorithm);
}
