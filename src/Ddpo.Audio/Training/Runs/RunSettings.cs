using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ddpo.Audio.Models.UNet;
using Ddpo.Audio.Training.Settings;

namespace Ddpo.Audio.Training.Runs;

/// <summary>The settings of a run as JSON: what <c>settings.json</c> says, and what a resumed run is compared with.</summary>
internal static class RunSettings
{
    // Enough to tell two sources apart, and weights of a mixture, too.
    private const int DrawnPrompts = 256;

    /// <summary>Puts down everything that a trainer was built with. Runs on the pipeline's thread, before anything is trained.</summary>
    public static JsonObject Of(DdpoSettings settings) => new()
    {
        ["model"] = Model(settings.Pipeline),
        ["lora"] = Node(settings.Lora),
        ["prompts"] = Prompts(settings),
        ["rewards"] = new JsonArray([.. settings.Rewards.Select(reward => Node(new
        {
            reward.Function.Name,
            reward.Weight,
            reward.Normalization,
        }))]),
        ["metrics"] = Node(settings.Metrics.Select(metric => metric.Name)),
        ["sampling"] = Node(settings.Sampling),
        ["training"] = Node(settings.Training),
        ["reward_failures"] = Node(settings.RewardFailures),
        ["checkpoints"] = Node(settings.Checkpoints),
        ["stopping"] = Node(settings.Stopping),
        ["validation"] = Node(settings.Validation),
        ["seed"] = settings.Seed,
    };

    private static JsonObject Model(AudioLdm2Pipeline pipeline) => new()
    {
        ["precision"] = pipeline.Precision.ToString(),
        ["device"] = pipeline.Device.ToString(),
        ["unet"] = Fingerprint(pipeline.UNet),
    };

    /// <summary>Of the first and the last of the weights in memory: no two models share them, and few bytes are read.</summary>
    private static string Fingerprint(AudioLdm2UNet2DConditionModel unet)
    {
        using var scope = NewDisposeScope();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var state = unet.state_dict();
        foreach (var key in new[] { "conv_in.weight", "conv_out.weight" })
        {
            hash.AppendData(state[key].detach().cpu().contiguous().bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static JsonObject Prompts(DdpoSettings settings)
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
