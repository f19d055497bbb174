using Ddpo.Audio.Models.Layers;

namespace Ddpo.Audio.Adapters;

/// <summary>The linear layers of a model that LoRA can stand beside, by their paths in the model.</summary>
internal static class AdaptableLayers
{
    private static readonly (string Name, LoraTargets Target)[] Attentions =
        [("attn1", LoraTargets.FirstAttention), ("attn2", LoraTargets.SecondAttention)];

    private static readonly (string Name, LoraTargets Target)[] Projections =
        [("to_q", LoraTargets.Query), ("to_k", LoraTargets.Key), ("to_v", LoraTargets.Value), ("to_out.0", LoraTargets.Output)];

    /// <summary>Every linear layer, in the model's order.</summary>
    public static IEnumerable<(string Name, Linear Layer)> In(nn.Module model) =>
        model.named_modules()
            .Where(module => module.Item2 is Linear)
            .Select(module => (module.Item1, (Linear)module.Item2));

    /// <exception cref="InvalidOperationException">The model has an adapter.</exception>
    public static void RequireNone(nn.Module model)
    {
        if (In(model).Any(layer => layer.Layer.Adapter is not null))
        {
            throw new InvalidOperationException(
                "The model has an adapter on already, applied to it or in training. Dispose what ApplyLoraAsync returned, or the trainer, first; "
                + "to train a trained adapter further, name its file in LoraOptions.InitialWeights (Lora:InitialWeights).");
        }
    }

    /// <summary>Whether <paramref name="targets"/> selects the layer at this path.</summary>
    public static bool IsTarget(string name, LoraTargets targets) =>
        Attentions.Any(attention => targets.HasFlag(attention.Target) && Projections.Any(projection =>
            targets.HasFlag(projection.Target) && ("." + name).EndsWith($".{attention.Name}.{projection.Name}", StringComparison.Ordinal)));
}
