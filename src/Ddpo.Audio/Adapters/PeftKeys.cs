using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Ddpo.Audio.Adapters;

/// <summary>The settings of peft's LoraConfig that may only have values by which the weights mean what LoRA's always mean.</summary>
internal static class PeftKeys
{
    private const int Longest = 60;

    // Which layers there are is told by the weights; the rest is about training, or about where an adapter is from.
    private static readonly HashSet<string> s_meaningless =
    [
        "auto_mapping", "base_model_name_or_path", "revision", "peft_version", "task_type", "inference_mode", "runtime_config", "merge_weights",
        "target_modules", "exclude_modules", "layers_to_transform", "layers_pattern", "lora_dropout", "ensure_weight_tying", "velora_config",
        "megatron_core", "qalora_group_size", "loftq_config", "eva_config", "corda_config", "lora_ga_config",
    ];

    private static readonly Dictionary<string, string[]> s_texts = new()
    {
        ["peft_type"] = ["\"LORA\""],
        ["bias"] = ["\"none\""],

        // Those that leave the model's own weights as they are; with pissa, olora, loftq and the like, peft changes them when it loads the adapter.
        ["init_lora_weights"] = ["\"gaussian\"", "\"eva\"", "\"orthogonal\"", "\"mica\""],
    };

    /// <summary>One line for each setting that changes what the weights mean, or may do so: those that are not known, unless they are off.</summary>
    public static IEnumerable<string> Problems(IReadOnlyDictionary<string, JsonElement> settings)
    {
        foreach (var (name, value) in settings)
        {
            var text = Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8Value(value)); // as it stands there, for it need not be sound
            var texts = s_texts.GetValueOrDefault(name, []);
            if (!s_meaningless.Contains(name) && !IsOff(value, text) && !texts.Contains(text) && (name, text) is not ("init_lora_weights", "true"))
            {
                var expected = texts.Length > 0 ? string.Join(", ", texts) : "it to be off";
                yield return $"{name} is {(text.Length > Longest ? text[..Longest] + "..." : text)}; expected {expected}{Advice(name)}";
            }
        }
    }

    private static bool IsOff(JsonElement value, string text) => value.ValueKind switch
    {
        JsonValueKind.Array => value.GetArrayLength() == 0,
        JsonValueKind.Object => value.GetPropertyCount() == 0,
        _ => text is "null" or "false" or "\"\"",
    };

    private static string Advice(string name) => name == "init_lora_weights"
        ? ". Such an adapter belongs to a model whose own weights it changed. Save it with peft as a plain one: "
            + "save_pretrained(..., path_initial_model_for_weight_conversion=...)"
        : "";
}
