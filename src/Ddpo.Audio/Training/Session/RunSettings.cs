using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ddpo.Audio.Training.Observers;
using Ddpo.Audio.Training.Settings;

namespace Ddpo.Audio.Training.Session;

/// <summary>The settings of a run as JSON: what <c>settings.json</c> says, and what a resumed run is compared with.</summary>
internal static class RunSettings
{
    // Enough to tell two sources apart, and weights of a mixture, too.
    private const int DrawnPrompts = 256;

    /// <summary>Puts down everything that a trainer was built with. Runs on the pipeline's thread, before anything is trained.</summary>
    public static JsonObject Of(RunSetup settings) => new()
    {
        ["model"] = Model(settings.Diffusion),
        ["algorithm"] = settings.Algorithm.Name,
        ["lora"] = Node(settings.Options.Lora),
        ["prompts"] = Prompts(settings),
        ["rewards"] = new JsonArray([.. settings.Rewards.Select(reward => Node(new
        {
            reward.Function.Name,
            reward.Weight,
            reward.Normalization,
        }))]),
        ["metrics"] = Node(settings.Metrics.Select(metric => metric.Name)),
        ["sampling"] = Node(settings.Options.Sampling),
        ["training"] = Node(settings.Options.Training),
        ["ddpo"] = Node(settings.Options.Ddpo),
        ["reward_failures"] = Node(settings.Options.RewardFailures),
        ["checkpoints"] = Node(settings.Options.Checkpoints),
        ["stopping"] = Node(settings.Options.Stopping),
        ["validation"] = Node(settings.Options.Validation),
        ["seed"] = settings.Seed,
    };

    private static JsonObject Model(ITrainableDiffusion diffusion) => new()
    {
        ["precision"] = diffusion.Precision.ToString(),
        ["device"] = diffusion.Device.ToString(),
        ["weights"] = diffusion.IdentifyWeights(),
    };

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
