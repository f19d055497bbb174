using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Checkpoints.Safetensors;

namespace Ddpo.Audio.Adapters;

/// <summary>peft's LoraConfig, as far as it decides what an adapter's weights mean. What would change their meaning otherwise is refused.</summary>
internal sealed record PeftConfig
{
    /// <summary>The entry of a safetensors header in which diffusers keeps the settings, since 0.34.</summary>
    public const string MetadataKey = "lora_adapter_metadata";

    /// <summary>The file of settings beside an adapter of peft.</summary>
    public const string FileName = "adapter_config.json";

    private PeftPatterns<int>? _ranks;
    private PeftPatterns<float>? _alphas;

    /// <summary>Rank of the layers that <see cref="RankPattern"/> does not name; <see langword="null"/>: as the weights have it.</summary>
    public int? R { get; init; }

    /// <summary>Alpha of the layers that <see cref="AlphaPattern"/> does not name.</summary>
    public float LoraAlpha { get; init; } = 8;

    /// <summary>Whether the strength is alpha / √rank.</summary>
    public bool UseRslora { get; init; }

    public OrderedDictionary<string, int>? RankPattern { get; init; }

    public OrderedDictionary<string, float>? AlphaPattern { get; init; }

    /// <summary>All the other settings.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Others { get; init; }

    /// <summary>Reads the file beside the weights.</summary>
    /// <exception cref="CheckpointException">It is missing, is not understood, or describes another kind of adapter.</exception>
    public static PeftConfig Beside(string weightsFile)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(weightsFile))!;
        return ComponentFolder.ReadConfig<PeftConfig>(folder, FileName).Checked(Path.Combine(folder, FileName));
    }

    /// <summary>Reads the settings in the header of the weights; <see langword="null"/> where there are none.</summary>
    /// <exception cref="CheckpointException">They are not understood, or describe another kind of adapter.</exception>
    public static PeftConfig? InHeaderOf(ITensorSource weights)
    {
        if ((weights as SafetensorsFile)?.Metadata.GetValueOrDefault(MetadataKey) is not { Length: > 0 } text)
        {
            return null;
        }

        var location = $"{weights.Location} ({MetadataKey} in its header)";
        var settings = CheckpointJson.Parse<Dictionary<string, JsonElement>>(Encoding.UTF8.GetBytes(text), location);
        return CheckpointJson.Parse<PeftConfig>(OfUNet(settings, location), location, CheckpointJson.OfModels).Checked(location);
    }

    /// <summary>The rank that the settings give a layer; <see langword="null"/>: they do not say.</summary>
    public int? RankOf(string module) => _ranks!.Find(module) ?? R;

    /// <summary>The numerator of a layer's strength alpha / rank.</summary>
    public float AlphaOf(string module, long rank)
    {
        var alpha = _alphas!.Find(module) ?? LoraAlpha;
        return UseRslora ? (float)(alpha * Math.Sqrt(rank)) : alpha;
    }

    /// <summary>Those under the UNet's name, as a whole pipeline's adapter has them; all, where there are none.</summary>
    private static byte[] OfUNet(Dictionary<string, JsonElement> settings, string location)
    {
        var ofUNet = settings.Where(setting => setting.Key.StartsWith(LoraKeys.UNetPrefix, StringComparison.Ordinal))
            .ToDictionary(setting => setting.Key[LoraKeys.UNetPrefix.Length..], setting => setting.Value);
        try
        {
            return JsonSerializer.SerializeToUtf8Bytes(ofUNet.Count > 0 ? ofUNet : settings);
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException or JsonException)
        {
            throw new CheckpointException($"'{location}' has a text that is not Unicode: {exception.Message}", exception);
        }
    }

    private PeftConfig Checked(string location)
    {
        List<string> problems = [.. PeftKeys.Problems(Others ?? [])];
        (_ranks, _alphas) = (new("rank_pattern", RankPattern, problems), new("alpha_pattern", AlphaPattern, problems));
        LoraProblems.ThrowIfAny(location, "is of a kind that cannot be read:", problems);
        return this;
    }
}
