using System.Text.Json.Nodes;
using Ddpo.Audio.Training.Settings;
using Ddpo.Audio.Training.Sharing;
using Microsoft.Extensions.Options;

namespace Ddpo.Audio.Training.Session;

/// <summary>The beginning of a run on several ranks, of which the first alone looks at its folder. On the pipeline's thread.</summary>
internal static class SharedStart
{
    // What is of a process, not of the run.
    private static readonly string[] s_own = ["Device", "Directory"];

    /// <summary>The seed of the run: that of the first rank where nobody asked for one.</summary>
    /// <param name="run">The run's settings, with the seed to go on with.</param>
    public static RunSetup SameSeed(RunSetup run)
    {
        var seed = RankGroup.Wait(run.Ranks.FromFirstAsync("seed", run.Seed));
        return run.SeedIsDrawn ? run with { Seed = seed } : run;
    }

    /// <summary>Throws when a rank has other settings, weights or prompts than the first.</summary>
    /// <exception cref="OptionsValidationException">It says which, with both values.</exception>
    public static void RequireSameSettings(RankGroup ranks, JsonObject own)
    {
        var all = RankGroup.Wait(ranks.AllGatherAsync("settings", own));
        string[] failures =
        [
            .. all.Index().Skip(1).SelectMany(other => Differences("", all[0], other.Item).Select(difference =>
                $"{difference.Key} is {difference.First} on rank 0, and {difference.Other} on rank {other.Index}: all ranks have to have the same settings and files.")),
        ];
        if (failures.Length > 0)
        {
            throw new OptionsValidationException(nameof(DdpoOptions), typeof(DdpoOptions), failures);
        }
    }

    private static IEnumerable<(string Key, string First, string Other)> Differences(string path, JsonNode? first, JsonNode? other)
    {
        if (first is JsonObject one && other is JsonObject two)
        {
            return one.Select(entry => entry.Key).Union(two.Select(entry => entry.Key)).Where(key => !s_own.Contains(key))
                .SelectMany(key => Differences(path.Length == 0 ? key : $"{path}:{key}", one[key], two[key]));
        }

        var (text, others) = (first?.ToJsonString() ?? "null", other?.ToJsonString() ?? "null");
        return text == others ? [] : [(path, text, others)];
    }
}
