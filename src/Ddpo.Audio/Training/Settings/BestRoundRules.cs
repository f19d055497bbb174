using Ddpo.Audio.Settings;
using Ddpo.Audio.Training.Rollouts;

namespace Ddpo.Audio.Training.Settings;

/// <summary>Whether there is a best round of validation clips to be found.</summary>
internal static class BestRoundRules
{
    private const string Key = "Stopping:Best", CriterionKey = $"{Key}:{nameof(BestRoundOptions.Criterion)}";

    /// <summary>What can be said before anything is loaded.</summary>
    public static IEnumerable<SettingFailure> Check(DdpoOptions options)
    {
        if (options.Stopping.Best is not null && options.Validation.EveryEpochs == 0)
        {
            yield return new(
                "Best is of the rounds of validation clips, but EveryEpochs of Validation is 0, so that there are none: set it to the epochs from one round to "
                + "the next.",
                Key,
                "Validation:EveryEpochs");
        }

        if (options.Stopping.Best is not null && options.Checkpoints.Directory is null)
        {
            yield return new(
                "Best is of the rounds of validation clips, which are made in a run's folder only, but Directory is null: name a folder for the run.",
                Key,
                "Checkpoints:Directory");
        }
    }

    /// <summary>What can be said when rewards and metrics are known by the names that they give themselves.</summary>
    public static IEnumerable<SettingFailure> Check(BestRoundOptions? best, IReadOnlyList<WeightedReward> rewards, IEnumerable<IRewardFunction> metrics)
    {
        if (best?.Criterion is not { Length: > 0 } criterion)
        {
            yield break;
        }

        string[] names = [.. rewards.Select(reward => reward.Function).Concat(metrics).Select(function => function.Name)];
        if (!names.Contains(criterion, StringComparer.Ordinal))
        {
            var hint = NearestName.Of(criterion, names) is { } near ? $" Did you mean '{near}'?" : "";
            yield return new($"Criterion is '{criterion}'; expected one of the rewards and metrics: {string.Join(", ", names)}.{hint}", CriterionKey);
        }

        if (!best.LowerIsBetter && rewards.Any(reward => reward.Function.Name == criterion && reward.Weight < 0))
        {
            yield return new(
                $"Criterion is '{criterion}', of which training makes less, for its weight is negative; set LowerIsBetter, or choose another one.",
                CriterionKey,
                $"{Key}:{nameof(BestRoundOptions.LowerIsBetter)}");
        }
    }
}
