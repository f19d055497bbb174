using Ddpo.Audio.Adapters;
using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Checkpoints.Safetensors;
using Ddpo.Audio.Tests.Models.UNet;

namespace Ddpo.Audio.Tests.Adapters;

public sealed class LoraFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;
    private readonly DisposeScope _scope = NewDisposeScope();

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

    [Theory]
    [InlineData("unet.", new long[] { 4, 8, 1, 1 }, new long[] { 8, 4, 1, 1 })]
    [InlineData("", new long[] { 4, 8, 3, 3 }, new long[] { 8, 4, 1, 1 })]
    [InlineData("base_model.model.", new long[] { 4, 8, 3 }, new long[] { 8, 4, 1 })]
    public void Pairs_of_convolutions_are_said_not_to_be_supported_by_the_layers_name(string prefix, long[] down, long[] up)
    {
        var path = Save(new()
        {
            [$"{prefix}a.to_q.lora_A.weight"] = ones(2, 8), [$"{prefix}a.to_q.lora_B.weight"] = ones(8, 2),
            [$"{prefix}a.proj_in.lora_A.weight"] = ones(down), [$"{prefix}a.proj_in.lora_B.weight"] = ones(up),
        });
        File.WriteAllText(Path.Combine(_folder, "adapter_config.json"), "{}");
        var exception = Assert.Throws<CheckpointException>(() => LoraFile.Read(path));
        Assert.Contains("not supported", exception.Message, StringComparison.Ordinal);
        Assert.Contains($"  a.proj_in: [{string.Join(", ", down)}]", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("to_q", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("A", float.NaN)]
    [InlineData("B", float.PositiveInfinity)]
    [InlineData("alpha", float.NaN)]
    [InlineData("alpha", float.NegativeInfinity)]
    public void Values_that_are_not_finite_are_refused_by_the_layers_name(string part, float bad)
    {
        var tensors = new Dictionary<string, Tensor>();
        foreach (var name in new[] { "sound", "broken" })
        {
            tensors.Add($"unet.{name}.lora_A.weight", ones(2, 8));
            tensors.Add($"unet.{name}.lora_B.weight", ones(8, 2));
            tensors.Add($"unet.{name}.alpha", tensor(2f));
        }

        tensors[part == "alpha" ? "unet.broken.alpha" : $"unet.broken.lora_{part}.weight"].view(-1)[0] = tensor(bad);
        var exception = Assert.Throws<CheckpointException>(() => LoraFile.Read(Save(tensors)));
        Assert.Contains("  broken: values that are not finite", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("sound:", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Matrices_of_different_ranks_are_refused()
    {
        var path = Save(new() { ["unet.a.lora_A.weight"] = ones(2, 8), ["unet.a.lora_B.weight"] = ones(8, 3) });
        var exception = Assert.Throws<CheckpointException>(() => LoraFile.Read(path));
        Assert.Contains("found [2, 8] and [8, 3]", exception.Message, StringComparison.Ordinal);
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
