using System.Text.Json.Nodes;
using Ddpo.Audio.Adapters;
using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Checkpoints.Safetensors;
using Ddpo.Audio.Tests.Models.UNet;

namespace Ddpo.Audio.Tests.Adapters;

public sealed class LoraFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;
    private readonly DisposeScope _scope = NewDisposeScope();

    [Theory]
    [InlineData("scale1")]
    [InlineData("scaled")]
    public void Writing_gives_the_file_that_diffusers_reads(string name)
    {
        using var unet = UNetFixture.Base();
        var original = Path.Combine(LoraFixture.Folder(name), "peft", LoraFile.FileName);
        using var weights = LoraFile.Read(original);
        using var adapter = LoraAdapter.Attach(unet, weights);

        var written = LoraFile.Write(_folder, adapter);

        Assert.Equal(Path.Combine(_folder, "pytorch_lora_weights.safetensors"), written);
        using var expected = CheckpointFile.Open(original);
        using var found = CheckpointFile.Open(written);
        Assert.Equal(expected.Entries.Keys.Order(), found.Entries.Keys.Order());
        foreach (var key in expected.Entries.Keys)
        {
            var (one, other) = (expected.Read(key), found.Read(key));
            Assert.Equal(one.dtype, other.dtype);
            Assert.Equal(one.shape, other.shape);
            Assert.True(one.eq(other).all().item<bool>(), key);
        }
    }

    [Fact]
    public void A_trained_runs_folder_is_read_and_its_other_files_are_ignored()
    {
        CopyAs(Path.Combine("processor", LoraFile.FileName), LoraFile.FileName);
        foreach (var other in new[] { "optimizer.bin", "scaler.pt", "random_states_0.pkl" })
        {
            File.WriteAllText(Path.Combine(_folder, other), "not a checkpoint at all");
        }

        using var expected = LoraFile.Read(Path.Combine(LoraFixture.Folder("scale1"), "peft"));
        using var found = LoraFile.Read(_folder);
        Assert.Equal(expected.Modules.Keys.Order(), found.Modules.Keys.Order());
        foreach (var (name, module) in found.Modules)
        {
            Assert.True(module.Down.eq(expected.Modules[name].Down).all().item<bool>(), name);
            Assert.True(module.Up.eq(expected.Modules[name].Up).all().item<bool>(), name);
            Assert.Equal(expected.Modules[name].Alpha, module.Alpha);
        }
    }

    [Fact]
    public void Layers_may_have_different_ranks()
    {
        using var unet = UNetFixture.Base();
        var layers = AdaptableLayers.In(unet).Where(layer => AdaptableLayers.IsTarget(layer.Name, LoraTargets.All)).Take(2).ToList();
        var tensors = new Dictionary<string, Tensor>();
        foreach (var ((name, layer), rank) in layers.Zip([2, 5]))
        {
            tensors.Add($"unet.{name}.lora_A.weight", ones(rank, layer.Weight.shape[1]));
            tensors.Add($"unet.{name}.lora_B.weight", ones(layer.Weight.shape[0], rank));
        }

        using var weights = LoraFile.Read(Save(tensors));
        using var adapter = LoraAdapter.Attach(unet, weights);
        Assert.Equal([2, 5], adapter.Pairs.Select(pair => pair.Rank));
        Assert.Equal([2, 5], adapter.Pairs.Select(pair => pair.Alpha));
    }

    [Fact]
    public void Weights_that_do_not_fit_the_model_are_all_listed()
    {
        using var unet = UNetFixture.Base();
        var name = AdaptableLayers.In(unet).First().Name;
        using var weights = LoraFile.Read(Save(new()
        {
            ["unet.somewhere.attn1.to_q.lora_A.weight"] = ones(2, 8),
            ["unet.somewhere.attn1.to_q.lora_B.weight"] = ones(8, 2),
            ["unet.elsewhere.attn1.to_q.lora_A.weight"] = ones(2, 8),
            ["unet.elsewhere.attn1.to_q.lora_B.weight"] = ones(8, 2),
            [$"unet.{name}.lora_A.weight"] = ones(2, 7777),
            [$"unet.{name}.lora_B.weight"] = ones(8888, 2),
        }));
        var exception = Assert.Throws<CheckpointException>(() => LoraAdapter.Attach(unet, weights));
        foreach (var part in new[] { "somewhere.attn1.to_q", "elsewhere.attn1.to_q", name, "7777", "8888", _folder })
        {
            Assert.Contains(part, exception.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("unet.a.lora_A.weight,unet.a.lora_B.weight,unet.b.lora.down.weight,unet.b.lora.up.weight", "mixes")]
    [InlineData("unet.a.lora_A.weight,unet.a.lora_B.weight,text_encoder.a.lora_linear_layer.up.weight", "text_encoder.a.lora_linear_layer.up.weight")]
    [InlineData("unet.a.lora_A.weight,unet.a.lora_B.weight,unet.a.lora_magnitude_vector", "lora_magnitude_vector")]
    [InlineData("unet.conv_in.weight", "unet.conv_in.weight")]
    [InlineData("unet.a.lora_A.weight", "a: expected one A (down) and one B (up), found 1 and 0")]
    [InlineData("unet.a.lora.up.weight", "found 0 and 1")]
    [InlineData("unet.a.lora_A.weight,unet.a.lora_B.weight,unet.b.alpha", "b: expected one A")]
    [InlineData("unet.a.lora_A.weight,unet.a.lora_B.weight,unet.a.alpha", "a: expected a single number as alpha")]
    [InlineData("unet.a.alpha", "no weights")]
    [InlineData("base_model.model.a.lora_A.weight,base_model.model.a.lora_B.weight", "adapter_config.json")]
    public void Keys_that_make_no_adapter_are_refused(string keys, string message)
    {
        var path = Save(keys.Split(',').ToDictionary(key => key, _ => ones(2, 2)));
        var exception = Assert.Throws<CheckpointException>(() => LoraFile.Read(path));
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Matrices_of_different_ranks_are_refused()
    {
        var path = Save(new() { ["unet.a.lora_A.weight"] = ones(2, 8), ["unet.a.lora_B.weight"] = ones(8, 3) });
        var exception = Assert.Throws<CheckpointException>(() => LoraFile.Read(path));
        Assert.Contains("found [2, 8] and [8, 3]", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("use_rslora", "true")]
    [InlineData("use_dora", "true")]
    [InlineData("fan_in_fan_out", "true")]
    [InlineData("bias", "\"all\"")]
    [InlineData("peft_type", "\"LOHA\"")]
    [InlineData("alpha_pattern", "{\"to_q\": 3}")]
    public void A_peft_adapter_of_another_kind_is_refused(string key, string value)
    {
        CopyAs(Path.Combine("peft_adapter", "adapter_model.safetensors"), "adapter_model.safetensors");
        CopyAs(Path.Combine("peft_adapter", "adapter_config.json"), "adapter_config.json");
        LoraFile.Read(_folder).Dispose();

        var path = Path.Combine(_folder, "adapter_config.json");
        var config = JsonNode.Parse(File.ReadAllText(path))!;
        config[key] = JsonNode.Parse(value);
        File.WriteAllText(path, config.ToJsonString());
        var exception = Assert.Throws<CheckpointException>(() => LoraFile.Read(_folder));
        Assert.Contains(key, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_an_adapter_or_no_file_at_all_is_reported()
    {
        Assert.Contains(LoraFile.FileName, Assert.Throws<CheckpointException>(() => LoraFile.Read(_folder)).Message, StringComparison.Ordinal);
        Assert.Throws<CheckpointException>(() => LoraFile.Read(Path.Combine(_folder, "missing.safetensors")));
        File.WriteAllText(Path.Combine(_folder, LoraFile.FileName), "cut");
        Assert.Throws<CheckpointException>(() => LoraFile.Read(_folder));
    }

    public void Dispose()
    {
        _scope.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private string Save(Dictionary<string, Tensor> tensors)
    {
        var path = Path.Combine(_folder, LoraFile.FileName);
        SafetensorsWriter.Write(path, tensors);
        return path;
    }

    private void CopyAs(string source, string target) =>
        File.Copy(Path.Combine(LoraFixture.Folder("scale1"), source), Path.Combine(_folder, target));
}
