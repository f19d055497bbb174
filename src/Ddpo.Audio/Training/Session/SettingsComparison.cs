using System.Text.Json.Nodes;
using Ddpo.Audio.Settings;
using Microsoft.Extensions.Options;

namespace Ddpo.Audio.Training.Session;

/// <summary>Compares the settings of a run with those that it is to go on with.</summary>
internal static class SettingsComparison
{
    // What does not change the numbers of an epoch.
    private static readonly string[] s_harmless =
    [
        "Pipeline:Device", "Pipeline:NumThreads", "Prompts:first", "Sampling:OverlapRewards", "Sampling:ScoreOnRankZero", "Training:NumEpochs", "Training:MaxSkippedUpdates", "Training:GradientCheckpointing",
        "RewardFailures", "Checkpoints", "Validation", "Stopping", "Observers", "StopHostWhenTrained",
        "Ddpo:MeasureStepGradients", "Grpo:MeasureStepGradients",
    ];

    /// <summary>
    /// Says every setting that differs and would make another run of it. One that is newer than the checkpoint had its default; what else only one of the
    /// two has is not compared.
    /// </summary>
    /// <param name="folder">The checkpoint, for the message.</param>
    /// <param name="stored">Its settings.</param>
    /// <param name="current">The settings to go on with.</param>
    /// <exception cref="OptionsValidationException">There are such settings: a failure for each, with both values.</exception>
    public static void RequireSame(string folder, JsonObject stored, JsonObject current)
    {
        var failures = Differences("", stored, current, SettingsJson.Of(new DdpoOptions()))
            .Where(setting => !IsHarmless(setting.Key, current))
            .Select(setting => $"{setting.Key} was {Text(setting.Stored)} in the run of '{folder}', and is {Text(setting.Current)} now: "
                + "set it back to go on with that run, or start another run in another Directory.")
            .ToList();
        if (failures.Count > 0)
        {
            throw new OptionsValidationException(nameof(CheckpointOptions.ResumeFrom), typeof(CheckpointOptions), failures);
        }
    }

    private static bool IsHarmless(string key, JsonObject current) =>
        s_harmless.Any(name => key.StartsWith(name, StringComparison.Ordinal) && (key.Length == name.Length || key[name.Length] == ':'))
        && !(key == "Training:NumEpochs" && EndsWithTheRun(current));

    /// <summary>Whether every learning rate is a function of the run's length.</summary>
    private static bool EndsWithTheRun(JsonObject settings) =>
        settings["Training"]?[nameof(TrainingOptions.LearningRateSchedule)]?.GetValue<string>() is { } schedule && schedule != nameof(LearningRateSchedule.Constant);

    /// <summary>By the path of what differs: <c>Sampling:Eta</c>. Lists are compared as a whole.</summary>
    private static IEnumerable<(string Key, JsonNode? Stored, JsonNode? Current)> Differences(
        string path, JsonNode? stored, JsonNode? current, JsonNode? defaults)
    {
        if (stored is JsonObject before && current is JsonObject now)
        {
            var usual = defaults as JsonObject;
            return now.Where(entry => before.ContainsKey(entry.Key) || (path.Length > 0 && usual?.ContainsKey(entry.Key) == true)).SelectMany(entry => Differences(
                path.Length == 0 ? entry.Key : $"{path}:{entry.Key}",
                before.TryGetPropertyValue(entry.Key, out var value) ? value : usual![entry.Key],
                entry.Value,
                usual?[entry.Key]));
        }

        // As text, for a value that was read from a file is not one that was made here.
        return Text(stored) == Text(current) ? [] : [(path, stored, current)];
    }

    private static string Text(JsonNode? node) => node?.ToJsonString() ?? "null";
}
