using System.Text.Json.Nodes;

namespace Ddpo.Audio.Adapters;

/// <summary>Settings for a safetensors header, from which diffusers makes peft's LoraConfig.</summary>
internal static class PeftMetadata
{
    /// <summary>Those of an adapter whose alphas are its ranks.</summary>
    public static string OfStrengthOne(IReadOnlyList<(string Name, long Rank)> layers)
    {
        var rank = layers.CountBy(layer => layer.Rank).MaxBy(ranks => ranks.Value).Key;
        var others = layers.Where(layer => layer.Rank != rank).ToList();
        return new JsonObject
        {
            [LoraKeys.UNetPrefix + "alpha_pattern"] = Pattern(others),
            [LoraKeys.UNetPrefix + "lora_alpha"] = rank,
            [LoraKeys.UNetPrefix + "r"] = rank,
            [LoraKeys.UNetPrefix + "rank_pattern"] = Pattern(others),
            [LoraKeys.UNetPrefix + "target_modules"] = new JsonArray([.. layers.Select(layer => (JsonNode)layer.Name)]),
        }.ToJsonString();
    }

    // peft takes the names for regular expressions, in which a dot matches itself, too.
    private static JsonObject Pattern(IEnumerable<(string Name, long Rank)> layers) =>
        new(layers.Select(layer => KeyValuePair.Create(layer.Name, (JsonNode?)layer.Rank)));
}
