using Ddpo.Audio.Settings;

namespace Ddpo.Audio.Training.Settings;

/// <summary>What several ranks demand of the settings: each must have as much to do as the others.</summary>
internal static class RankRules
{
    /// <summary>What is wrong.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="ranks">How many ranks there are.</param>
    /// <param name="own">The user's own algorithm; <see langword="null"/> for one of the library.</param>
    public static IEnumerable<SettingFailure> Check(DdpoOptions options, int ranks, ITrainingAlgorithm? own)
    {
        if (!options.IsComplete)
        {
            yield break;
        }

        var (sampling, training) = (options.Sampling, options.Training);
        if (sampling.ScoreOnRankZero && options.Algorithm == TrainingAlgorithm.Draft)
        {
            yield return new(
                "ScoreOnRankZero is on, but DRaFT's gradient goes through the rewards of each rank's own samples: turn it off.",
                "Sampling:ScoreOnRankZero", nameof(DdpoOptions.Algorithm));
        }

        if (ranks == 1)
        {
            yield break;
        }

        if (own is { SupportsRanks: false })
        {
            yield return new(
                $"The algorithm '{own.Name}' trains on one rank, and there are {ranks}: start one process, or see ITrainingAlgorithm.SupportsRanks.",
                nameof(DdpoOptions.Algorithm));
        }

        if (sampling.BatchSize >= 1 && sampling.BatchSize % ranks != 0)
        {
            yield return new(
                $"The sampling batch ({sampling.BatchSize}) must be a multiple of the {ranks} ranks, which share it out: set BatchSize to {Next(sampling.BatchSize, ranks)}, "
                + "or start another number of ranks.",
                "Sampling:BatchSize");
        }

        if (training.BatchSize >= 1 && training.BatchSize % ranks != 0)
        {
            yield return new(
                $"The training batch ({training.BatchSize}) must be a multiple of the {ranks} ranks, which share it out: set BatchSize to {Next(training.BatchSize, ranks)} "
                + "with fewer GradientAccumulationSteps, or to 0 for the whole sampling batch.",
                "Training:BatchSize");
        }

        var share = sampling.BatchSize / ranks;
        if (options.Algorithm == TrainingAlgorithm.Draft && options.Draft.MicroBatchSize >= 1 && share >= 1 && share % options.Draft.MicroBatchSize != 0)
        {
            yield return new(
                $"MicroBatchSize is {options.Draft.MicroBatchSize}, which does not divide the {share} samples of a batch that each of {ranks} ranks has "
                + $"({sampling.BatchSize} / {ranks}).",
                "Draft:MicroBatchSize", "Sampling:BatchSize");
        }
    }

    private static int Next(int value, int divisor) => (value + divisor - 1) / divisor * divisor;
}
