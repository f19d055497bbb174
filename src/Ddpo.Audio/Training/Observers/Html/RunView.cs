using System.Text.Json.Nodes;

namespace Ddpo.Audio.Training.Observers.Html;

/// <summary>What a report is about.</summary>
/// <param name="Name">The run's.</param>
/// <param name="State">How it is.</param>
/// <param name="Time">When the report is written.</param>
/// <param name="TotalEpochs">Epochs that the run is to have.</param>
/// <param name="Epochs">Those that are done.</param>
/// <param name="Settings">Groups of settings, and single ones.</param>
/// <param name="Players">The validation clips.</param>
/// <param name="Rounds">What all validation clips got.</param>
internal sealed record RunView(
    string Name,
    RunState State,
    DateTimeOffset Time,
    int TotalEpochs,
    IReadOnlyList<DdpoEpoch> Epochs,
    JsonObject Settings,
    ClipPlayers Players,
    IReadOnlyList<ValidationRound> Rounds)
{
    /// <summary>The names of what the algorithm measures, in its order, but for what it measures at single steps.</summary>
    public IReadOnlyList<string> Measurements =>
        [.. Epochs.SelectMany(epoch => epoch.Measurements.Keys).Distinct(StringComparer.Ordinal).Where(name => PolicyGradientMeasurements.StepOf(name) is null)];

    /// <summary>A setting, by its path; <see langword="null"/> when there is none, or a group on the way is off.</summary>
    public JsonNode? Setting(params ReadOnlySpan<string> path)
    {
        JsonNode? node = Settings;
        foreach (var name in path)
        {
            node = (node as JsonObject)?[name];
        }

        return node;
    }

    /// <summary>The only reward, when what is trained on is that, as it was given: the two are one curve. <see langword="null"/> otherwise.</summary>
    public string? LoneReward => NamesOf(epoch => epoch.Rewards) is [var name]
        && Epochs.All(epoch => epoch.Rewards.GetValueOrDefault(name) is { } one && Math.Abs(one.Mean - epoch.Reward.Mean) <= 1e-6 * Math.Abs(one.Mean)) ? name : null;

    /// <summary>What stands for the reward that is trained on: its name, where there is one alone.</summary>
    public string RewardName => LoneReward ?? "reward";

    /// <summary>The names of the rewards that are to be shown beside the sum.</summary>
    public IReadOnlyList<string> Parts => LoneReward is null ? NamesOf(epoch => epoch.Rewards) : [];

    /// <summary>The names of all rewards, or of all metrics, in the order in which they came.</summary>
    public IReadOnlyList<string> NamesOf(Func<DdpoEpoch, IReadOnlyDictionary<string, RewardStatistics>> group) =>
        [.. Epochs.SelectMany(epoch => group(epoch).Keys).Distinct(StringComparer.Ordinal)];
}
