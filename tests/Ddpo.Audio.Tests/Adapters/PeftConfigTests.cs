using System.Text.Json.Nodes;
using Ddpo.Audio.Adapters;
using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Checkpoints.Safetensors;

namespace Ddpo.Audio.Tests.Adapters;

/// <summary>peft's settings of an adapter: in the header of the weights, or in a file beside them.</summary>
public sealed class PeftConfigTests : IDisposable
{
    private const string First = "down.attentions.0.attn1.to_q";
    private const string Second = "down.attentions.1.attn1.to_k";

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;
    private readonly DisposeScope _scope = NewDisposeScope();

    /// <summary>Settings with the strengths of the two layers, both of rank 4, as peft computes them.</summary>
    public static TheoryData<string, double, double> Strengths { get; } = new()
    {
        { """{"r": 4, "lora_alpha": 16}""", 4, 4 },
        { """{"r": 4, "lora_alpha": 1.5}""", 0.375, 0.375 },
        { """{"r": 4}""", 2, 2 },
        { """{"lora_alpha": 4}""", 1, 1 },
        { """{"r": 4, "lora_alpha": 16, "use_rslora": true}""", 8, 8 },
        { """{"r": 4, "lora_alpha": 4, "alpha_pattern": {"to_k": 32}}""", 1, 8 },
        { """{"r": 4, "lora_alpha": 4, "alpha_pattern": {"down.attentions.0.attn1.to_q": 2}}""", 0.5, 1 },
        { """{"r": 4, "lora_alpha": 4, "alpha_pattern": {"^down.*to_q": 8, "to_q": 32}}""", 2, 1 },
        { """{"r": 4, "lora_alpha": 4, "alpha_pattern": {"^down.attentions.0.attn1.to_q": 8, "^attn1.to_k": 8}}""", 2, 1 },
        { """{"r": 4, "lora_alpha": 4, "alpha_pattern": {"attentions.1.attn..to.k": 8, "to_q.": 8, "x.down.attentions.0.attn1.to_q": 8}}""", 1, 2 },
        { """{"r": 4, "lora_alpha": 4, "alpha_pattern": {"to_q|to_k": 12}}""", 3, 3 },
        { """{"r": 4, "lora_alpha": 4, "alpha_pattern": {"o_k": 12, "attn1": 12, "attentions.0": 12}}""", 1, 1 },
        { """{"r": 8, "lora_alpha": 8, "rank_pattern": {"to_[qk]": 4}}""", 2, 2 },
        { """{"r": 2, "lora_alpha": 4, "use_rslora": true, "rank_pattern": {"to_q": 4, "to_k": 4}, "alpha_pattern": {"to_k": 8}}""", 2, 4 },
        { """{"r": 4, "lora_alpha": 4, "use_dora": false, "bias": "none", "init_lora_weights": "gaussian", "target_modules": ["to_q"], "loftq_config": {}}""", 1, 1 },
        { """{"r": 4, "lora_alpha": 4, "init_lora_weights": true, "lora_dropout": 0.1, "peft_version": "0.18.0", "eva_config": {"rho": 2}, "modules_to_save": null}""", 1, 1 },
    };

    [Theory]
    [MemberData(nameof(Strengths))]
    public void The_strength_is_peft_s(string settings, double first, double second)
    {
        using var beside = LoraFile.Read(WithConfig(settings));
        AssertStrengths(beside);
        foreach (var prefix in new[] { "unet.", "" })
        {
            foreach (var weights in new[] { "unet.", "" })
            {
                using var inHeader = LoraFile.Read(WithHeader(Prefixed(settings, prefix), weights));
                AssertStrengths(inHeader);
            }
        }

        void AssertStrengths(LoraWeights weights)
        {
            Assert.Equal(first, weights.Modules[First].Alpha / 4, 1e-6);
            Assert.Equal(second, weights.Modules[Second].Alpha / 4, 1e-6);
        }
    }

    [Fact]
    public void What_a_header_says_of_other_models_does_not_matter()
    {
        var header = """{"text_encoder.r": 8, "text_encoder.lora_alpha": 99, "text_encoder.use_dora": true, "unet.r": 4, "unet.lora_alpha": 8}""";
        using var weights = LoraFile.Read(WithHeader(header, "unet."));
        Assert.Equal(8, weights.Modules[First].Alpha);
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    public void Without_settings_alpha_is_the_rank(string? header)
    {
        using var weights = LoraFile.Read(WithHeader(header, "unet."));
        Assert.Equal(4, weights.Modules[First].Alpha);
    }

    [Theory]
    [InlineData("""{"init_lora_weights": "pissa"}""", "init_lora_weights is \"pissa\"", "path_initial_model_for_weight_conversion")]
    [InlineData("""{"init_lora_weights": "pissa_niter_16"}""", "init_lora_weights is \"pissa_niter_16\"", "")]
    [InlineData("""{"init_lora_weights": "olora"}""", "init_lora_weights", "")]
    [InlineData("""{"init_lora_weights": "OLoRA"}""", "init_lora_weights", "")]
    [InlineData("""{"init_lora_weights": "loftq", "loftq_config": {"loftq_bits": 4}}""", "init_lora_weights", "")]
    [InlineData("""{"init_lora_weights": "corda"}""", "init_lora_weights", "")]
    [InlineData("""{"init_lora_weights": "lora_ga"}""", "init_lora_weights", "")]
    [InlineData("""{"init_lora_weights": "of tomorrow"}""", "init_lora_weights", "")]
    [InlineData("""{"use_dora": true}""", "use_dora is true", "")]
    [InlineData("""{"use_qalora": true}""", "use_qalora", "")]
    [InlineData("""{"fan_in_fan_out": true}""", "fan_in_fan_out", "")]
    [InlineData("""{"bias": "all"}""", "bias is \"all\"; expected \"none\"", "")]
    [InlineData("""{"lora_bias": true}""", "lora_bias", "")]
    [InlineData("""{"peft_type": "LOHA"}""", "peft_type is \"LOHA\"; expected \"LORA\"", "")]
    [InlineData("""{"modules_to_save": ["conv_out"]}""", "modules_to_save", "conv_out")]
    [InlineData("""{"layer_replication": [[0, 1]]}""", "layer_replication", "")]
    [InlineData("""{"alora_invocation_tokens": [1]}""", "alora_invocation_tokens", "")]
    [InlineData("""{"kasa_config": {"beta": 1}}""", "kasa_config", "")]
    [InlineData("""{"use_of_tomorrow": 3}""", "use_of_tomorrow is 3; expected it to be off", "")]
    [InlineData("""{"alpha_pattern": {"to_(q": 3}}""", "alpha_pattern has 'to_(q'", "")]
    [InlineData("""{"rank_pattern": {"to_q": 8}}""", First + ": of rank 8 by the settings, and 4 by the weights", "")]
    [InlineData("""{"r": 16}""", "of rank 16 by the settings", "")]
    [InlineData("""{"lora_alpha": 1e39}""", "lora_alpha", "")]
    [InlineData("""{"lora_alpha": NaN}""", "lora_alpha", "")]
    [InlineData("""{"lora_alpha": 3e38, "use_rslora": true}""", "not finite", "")]
    [InlineData("""{"lora_alpha": null}""", "lora_alpha", "")]
    [InlineData("""{"use_rslora": "yes"}""", "use_rslora", "")]
    [InlineData("[]", "cannot be understood", "")]
    [InlineData("{", "cannot be understood", "")]
    public void What_would_mean_something_else_is_refused_by_name(string settings, string message, string advice)
    {
        foreach (var path in new[] { WithConfig(settings), WithHeader(settings, "unet.") })
        {
            var exception = Assert.Throws<CheckpointException>(() => LoraFile.Read(path));
            Assert.Contains(message, exception.Message, StringComparison.Ordinal);
            Assert.Contains(advice, exception.Message, StringComparison.Ordinal);
            Assert.Contains(_folder, exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Settings_that_contradict_the_alpha_beside_the_weights_are_refused()
    {
        using (var agreed = LoraFile.Read(WithHeader("""{"unet.r": 4, "unet.lora_alpha": 16}""", "unet.", alpha: 16)))
        {
            Assert.Equal(16, agreed.Modules[First].Alpha);
        }

        var path = WithHeader("""{"unet.r": 4, "unet.lora_alpha": 16}""", "unet.", alpha: 8);
        var exception = Assert.Throws<CheckpointException>(() => LoraFile.Read(path));
        Assert.Contains($"{First}: alpha is 16 by the settings, and 8 beside the weights", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pattern_that_would_take_forever_is_no_trouble()
    {
        using var weights = LoraFile.Read(WithHeader("""{"r": 4, "lora_alpha": 4, "alpha_pattern": {"(([a-z_0-9.]+)+)+!": 8}}""", "unet."));
        Assert.Equal(4, weights.Modules[First].Alpha);
    }

    [Theory]
    [InlineData("text_encoder.a.to_q.lora_A.weight")]
    [InlineData("text_encoder_2.a.to_q.lora.down.weight")]
    public void Weights_of_another_model_are_not_taken_for_a_UNets_without_prefix(string key)
    {
        var path = Path.Combine(_folder, "other.safetensors");
        SafetensorsWriter.Write(path, new Dictionary<string, Tensor> { [key] = ones(2, 2) });
        var exception = Assert.Throws<CheckpointException>(() => LoraFile.Read(path));
        Assert.Contains(key, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lora_A", "lora_B")]
    [InlineData("lora.down", "lora.up")]
    public void Keys_may_have_no_prefix(string down, string up)
    {
        var path = Path.Combine(_folder, "bare.safetensors");
        SafetensorsWriter.Write(path, new Dictionary<string, Tensor>
        {
            [$"{First}.{down}.weight"] = ones(2, 3), [$"{First}.{up}.weight"] = ones(5, 2), [$"{First}.alpha"] = tensor(6f),
        });
        using var weights = LoraFile.Read(path);
        Assert.Equal([First], weights.Modules.Keys);
        Assert.Equal(6, weights.Modules[First].Alpha);
    }

    public void Dispose()
    {
        _scope.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static string Prefixed(string settings, string prefix) => new JsonObject(
        JsonNode.Parse(settings)!.AsObject().Select(setting => KeyValuePair.Create(prefix + setting.Key, setting.Value?.DeepClone()))).ToJsonString();

    private string WithConfig(string settings)
    {
        File.WriteAllText(Path.Combine(_folder, "adapter_config.json"), settings);
        return Save("adapter_model.safetensors", "base_model.model.");
    }

    private string WithHeader(string? settings, string prefix, float? alpha = null) => Save(
        "pytorch_lora_weights.safetensors", prefix, alpha,
        settings is null ? null : new() { ["format"] = "pt", ["lora_adapter_metadata"] = settings });

    private string Save(string file, string prefix, float? alpha = null, Dictionary<string, string>? metadata = null)
    {
        var tensors = new Dictionary<string, Tensor>();
        foreach (var module in new[] { First, Second })
        {
            tensors.Add($"{prefix}{module}.lora_A.weight", ones(4, 8));
            tensors.Add($"{prefix}{module}.lora_B.weight", ones(8, 4));
            if (alpha is { } value)
            {
                tensors.Add($"{prefix}{module}.alpha", tensor(value));
            }
        }

        var path = Path.Combine(_folder, file);
        SafetensorsWriter.Write(path, tensors, metadata);
        return path;
    }
}
