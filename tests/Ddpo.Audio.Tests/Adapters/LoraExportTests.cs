using System.Text.Json;
using Ddpo.Audio.Adapters;
using Ddpo.Audio.Checkpoints.Safetensors;
using Ddpo.Audio.Tests.Models.UNet;

namespace Ddpo.Audio.Tests.Adapters;

/// <summary>What is written, read by the rules of diffusers: of versions that look into the header, since 0.34, and of those before.</summary>
public sealed class LoraExportTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;
    private readonly DisposeScope _scope = NewDisposeScope();

    [Theory]
    [InlineData(4, 4f)]
    [InlineData(4, 16f)]
    [InlineData(3, 1f)]
    public void The_change_is_the_same_to_every_version_of_diffusers(int rank, float alpha)
    {
        using var unet = UNetFixture.Base();
        using var adapter = LoraAdapter.Create(unet, new LoraOptions { Rank = rank, Alpha = alpha }, seed: 1);
        AssertReadAlike(adapter);
    }

    [Fact]
    public void So_it_is_when_layers_have_their_own_ranks_and_alphas()
    {
        using var unet = UNetFixture.Base();
        var layers = AdaptableLayers.In(unet).Where(layer => AdaptableLayers.IsTarget(layer.Name, LoraTargets.All)).Take(3);
        using var weights = new LoraWeights("test", layers.Zip([2, 5, 5]).ToDictionary(layer => layer.First.Name, layer => new LoraModule(
            randn(layer.Second, layer.First.Layer.Weight.shape[1]), randn(layer.First.Layer.Weight.shape[0], layer.Second), layer.Second == 2 ? 7 : 5)));
        using var adapter = LoraAdapter.Attach(unet, weights);
        AssertReadAlike(adapter, ofOneRank: false);
    }

    [Fact]
    public void Exports_with_alpha_beside_the_matrices_stay_readable()
    {
        var (a, b) = (ones(2, 8), ones(8, 2));
        var path = Path.Combine(_folder, LoraFile.FileName);
        SafetensorsWriter.Write(
            path, new Dictionary<string, Tensor> { ["unet.a.lora_A.weight"] = a, ["unet.a.lora_B.weight"] = b, ["unet.a.alpha"] = tensor(6f) });
        using var weights = LoraFile.Read(path);
        Assert.Equal(6, weights.Modules["a"].Alpha);
        Assert.True(weights.Modules["a"].Up.eq(b).all().item<bool>());
    }

    public void Dispose()
    {
        _scope.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private void AssertReadAlike(LoraAdapter adapter, bool ofOneRank = true)
    {
        using var noGradient = no_grad();
        foreach (var pair in adapter.Pairs)
        {
            pair.Up.copy_(randn(pair.Up.shape));
        }

        var path = LoraFile.Write(_folder, adapter);

        Assert.Equal(Path.Combine(_folder, "pytorch_lora_weights.safetensors"), path);
        using var file = SafetensorsFile.Open(path);
        Assert.Equal("pt", file.Metadata["format"]);
        Assert.All(file.Entries.Keys, key => Assert.Matches(@"^unet\..+\.lora_[AB]\.weight$", key)); // others are refused, or fail in versions before
        using var back = LoraFile.Read(path);
        foreach (var pair in adapter.Pairs)
        {
            var expected = pair.Up.mm(pair.Down).mul(pair.Alpha / pair.Rank);
            var (down, up) = (file.Read($"unet.{pair.Name}.lora_A.weight"), file.Read($"unet.{pair.Name}.lora_B.weight"));
            AssertSame(expected, up.mm(down).mul(StrengthByHeader(file.Metadata["lora_adapter_metadata"], pair.Name, down.shape[0])));
            if (ofOneRank)
            {
                AssertSame(expected, up.mm(down)); // diffusers before 0.34 takes the first layer's rank for alpha
            }

            AssertSame(expected, back.Modules[pair.Name].Up.mm(back.Modules[pair.Name].Down).mul(back.Modules[pair.Name].Alpha / pair.Rank));
        }
    }

    /// <summary>As diffusers and peft: the keys without "unet." are LoraConfig's, whose patterns come before what holds for all.</summary>
    private static float StrengthByHeader(string json, string module, long rank)
    {
        var config = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(json)!.ToDictionary(entry => entry.Key["unet.".Length..], entry => entry.Value);
        Assert.Equal(["alpha_pattern", "lora_alpha", "r", "rank_pattern", "target_modules"], config.Keys.Order(StringComparer.Ordinal)); // others LoraConfig may refuse
        Assert.Contains(module, config["target_modules"].EnumerateArray().Select(name => name.GetString()));
        Assert.Equal(rank, Of("rank_pattern", "r"));
        return Of("alpha_pattern", "lora_alpha") / Of("rank_pattern", "r");

        float Of(string pattern, string name) => (config[pattern].TryGetProperty(module, out var own) ? own : config[name]).GetSingle();
    }

    private static void AssertSame(Tensor expected, Tensor found) =>
        Assert.True((expected - found).abs().max().item<float>() <= 1e-5f * expected.abs().max().item<float>());
}
