using Ddpo.Audio.Checkpoints;

namespace Ddpo.Audio.Adapters;

/// <summary>peft's <c>adapter_config.json</c>, as far as it decides what the weights mean.</summary>
internal sealed record PeftAdapterConfig
{
    private const string FileName = "adapter_config.json";

    public string? PeftType { get; init; }

    public float LoraAlpha { get; init; } = 8;

    public bool UseRslora { get; init; }

    public bool UseDora { get; init; }

    public bool FanInFanOut { get; init; }

    public string? Bias { get; init; }

    public IReadOnlyDictionary<string, float>? AlphaPattern { get; init; }

    /// <summary>Reads the file beside the weights.</summary>
    /// <exception cref="CheckpointException">It is missing, is not understood, or describes another kind of adapter.</exception>
    public static PeftAdapterConfig Beside(string weightsFile)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(weightsFile))!;
        return ComponentFolder.ReadConfig<PeftAdapterConfig>(folder, FileName).Checked(Path.Combine(folder, FileName));
    }

    private PeftAdapterConfig Checked(string path)
    {
        var problems = new List<string>();
        Require(PeftType is null or "LORA", "peft_type", PeftType, "LORA");
        Require(!UseRslora, "use_rslora", UseRslora, "false");
        Require(!UseDora, "use_dora", UseDora, "false");
        Require(!FanInFanOut, "fan_in_fan_out", FanInFanOut, "false");
        Require(Bias is null or "none", "bias", Bias, "none");
        Require(AlphaPattern is not { Count: > 0 }, "alpha_pattern", "not empty", "{}");
        LoraProblems.ThrowIfAny(path, "is of a kind that cannot be read:", problems);
        return this;

        void Require(bool holds, string key, object? value, string expected)
        {
            if (!holds)
            {
                problems.Add($"{key} is {value}; expected {expected}");
            }
        }
    }
}
