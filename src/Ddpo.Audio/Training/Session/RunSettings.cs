using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ddpo.Audio.Prompts;
using Ddpo.Audio.Settings;
using Ddpo.Audio.Training.Observers;
using Ddpo.Audio.Training.Settings;

namespace Ddpo.Audio.Training.Session;

/// <summary>The settings of a run as JSON: what <c>settings.json</c> says, and what a resumed run is compared with.</summary>
internal static class RunSettings
{
    // Enough to tell two sources apart, and weights of a mixture, too.
    private const int DrawnPrompts = 256;

    // More would make a long file of a short one, and a long report.
    private const int ListedPrompts = 64;

    /// <summary>The settings as configuration has them, so that they start the same run again.</summary>
    public static JsonObject Of(RunSetup settings)
    {
        var json = SettingsJson.Of(OptionsOf(settings));
        var rewards = Rewards(settings, withTheirOwn: true);
        foreach (var name in settings.RewardsOff)
        {
            rewards[name] = false;
        }

        json["Rewards"] = rewards;
        return json;
    }

    /// <summary>
    /// What is compared on a resume: the settings, and for what they name, such as files, what was found there. Runs on the pipeline's thread,
    /// before anything is trained.
    /// </summary>
    public static JsonObject ToCompare(RunSetup settings)
    {
        var json = SettingsJson.Of(OptionsOf(settings));
        json["Pipeline"] = new JsonObject
        {
            ["Device"] = settings.Diffusion.Device.ToString(),
            ["Precision"] = settings.Diffusion.Precision.ToString(),
            ["weights"] = settings.Diffusion.IdentifyWeights(),
        };
        if (settings.Diffusion.DecodingPrecision != settings.Diffusion.Precision) // runs that began before there was another one go on
        {
            json["Pipeline"]!["DecodingPrecision"] = settings.Diffusion.DecodingPrecision.ToString();
        }

        json["algorithm"] = settings.Algorithm.Name;
        foreach (var other in settings.Options.UnusedGroups.Append(nameof(DdpoOptions.Algorithm)))
        {
            json.Remove(other); // the name above says which it is
        }

        json["Prompts"] = Prompts(settings);
        json["Rewards"] = Rewards(settings, withTheirOwn: false);
        json["trained_on"] = Node(settings.Rewards.Select(reward => reward.Function.Name)); // their order is in the sum's last bits
        json["measured"] = Node(settings.Metrics.Select(metric => metric.Name));
        return json;
    }

    private static DdpoOptions OptionsOf(RunSetup settings)
    {
        var options = SettingsCopy.Of(settings.Options);
        options.Seed = settings.Seed;
        (options.Pipeline.Device, options.Pipeline.Precision, options.Pipeline.DecodingPrecision) =
            (settings.Diffusion.Device.ToString(), settings.Diffusion.Precision, settings.Diffusion.DecodingPrecision);
        options.Prompts = settings.PromptOptions ?? Listed(settings.Prompts);
        (options.Checkpoints.ResumeFrom, options.Checkpoints.Overwrite) = (null, false); // they are of one start, not of the run
        options.Rewards.Clear();
        return options;
    }

    private static JsonObject Rewards(RunSetup settings, bool withTheirOwn)
    {
        var parts = settings.Rewards.Select(reward => (reward.Function, new DdpoRewardOptions { Weight = reward.Weight, Normalization = reward.Normalization }))
            .Concat(settings.Metrics.Select(metric => (metric, new DdpoRewardOptions { MetricOnly = true })));
        var rewards = new JsonObject();
        foreach (var (function, part) in parts)
        {
            var origin = withTheirOwn ? settings.Origins.GetValueOrDefault(function) : null;
            part.Path = origin?.Path;
            var reward = SettingsJson.Of(part);
            foreach (var (key, value) in origin?.Settings is { } own ? SettingsJson.Of(own) : [])
            {
                if (key != nameof(IRewardFunction.Name))
                {
                    reward[key] = value?.DeepClone();
                }
            }

            rewards[origin?.Key ?? function.Name] = reward;
        }

        return rewards;
    }

    private static DdpoPromptOptions Listed(PromptSource source) =>
        new() { Texts = source is ListPromptSource { AllPrompts: { Count: <= ListedPrompts } prompts } ? prompts : null };

    private static JsonObject Prompts(RunSetup settings)
    {
        var drawn = settings.Prompts.Draw(DrawnPrompts, settings.Seed);
        var drawnBytes = JsonSerializer.SerializeToUtf8Bytes(drawn.Select(prompt => (string?[])
            [prompt.Text, prompt.NegativeText, .. prompt.Metadata.OrderBy(entry => entry.Key, StringComparer.Ordinal).SelectMany(entry => new[] { entry.Key, entry.Value })]));
        return new JsonObject
        {
            ["count"] = settings.Prompts.AllPrompts?.Count,
            ["first"] = Node((settings.Prompts.AllPrompts ?? drawn).Select(prompt => prompt.Text).Distinct().Take(8)),
            ["drawn_sha256"] = Convert.ToHexStringLower(SHA256.HashData(drawnBytes)),
        };
    }

    private static JsonNode? Node<T>(T value) => JsonSerializer.SerializeToNode(value, RunJson.Lines);
}
