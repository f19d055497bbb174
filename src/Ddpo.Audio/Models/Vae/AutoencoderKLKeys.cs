using Ddpo.Audio.Checkpoints;

namespace Ddpo.Audio.Models.Vae;

/// <summary>Older files call the attention's projections by other names.</summary>
internal static class AutoencoderKLKeys
{
    private static readonly Dictionary<string, string> _newNames = new()
    {
        ["query"] = "to_q",
        ["key"] = "to_k",
        ["value"] = "to_v",
        ["proj_attn"] = "to_out.0",
    };

    public static StateDictRules Rules { get; } = new() { Rename = Rename };

    /// <summary>Those of a model that only decodes.</summary>
    public static StateDictRules DecoderRules { get; } = Rules with { IsLeftOut = IsOfEncoder };

    private static bool IsOfEncoder(string key) =>
        key.StartsWith("encoder.", StringComparison.Ordinal) || key.StartsWith("quant_conv.", StringComparison.Ordinal);

    /// <summary>"….attentions.0.query.weight" to "….attentions.0.to_q.weight".</summary>
    private static string Rename(string stored)
    {
        var parts = stored.Split('.');
        if (parts is [.., "attentions", _, var projection, _] && _newNames.TryGetValue(projection, out var name))
        {
            parts[^2] = name;
        }

        return string.Join('.', parts);
    }
}
