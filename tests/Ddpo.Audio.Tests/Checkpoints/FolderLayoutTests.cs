using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Checkpoints.Safetensors;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Checkpoints;

/// <summary>The folders that diffusers and transformers write: index, components, shards, settings.</summary>
public sealed class FolderLayoutTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();

    [Fact]
    public void Every_component_that_the_index_lists_is_found_with_its_weights()
    {
        var index = ModelIndex.Read(Fixtures.Path("tiny-audioldm2"));

        Assert.Equal("AudioLDM2Pipeline", index.ClassName);
        Assert.Equal(("transformers", "ClapModel"), (index.Components["text_encoder"].Library, index.Components["text_encoder"].ClassName));
        foreach (var name in new[] { "unet", "vae", "vocoder", "text_encoder", "text_encoder_2", "language_model", "projection_model" })
        {
            using var weights = ComponentFolder.OpenWeights(index.FolderOf(name, index.Components[name].ClassName));
            Assert.NotEmpty(weights.Entries);
        }
    }

    [Fact]
    public void A_component_of_an_unknown_class_is_refused_by_name()
    {
        _folder.Write("model_index.json", """{"_class_name":"P","unet":["diffusers","UNet3D"],"none":[null,null],"flag":true}""");
        var index = ModelIndex.Read(_folder.Root);

        var exception = Assert.Throws<CheckpointException>(() => index.FolderOf("unet", "UNetA", "UNetB"));
        Assert.Contains("diffusers.UNet3D", exception.Message, StringComparison.Ordinal);
        Assert.Contains("UNetA or UNetB", exception.Message, StringComparison.Ordinal);
        Assert.Equal(["unet"], index.Components.Keys);
        Assert.Contains("'none'", Assert.Throws<CheckpointException>(() => index.FolderOf("none", "X")).Message, StringComparison.Ordinal);
        Assert.Contains(
            "lacks the folder 'unet'", Assert.Throws<CheckpointException>(() => index.FolderOf("unet", "UNet3D")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"unet":["diffusers"]}""", "must be a pair")]
    [InlineData("""{"unet":[1,2]}""", "must be a pair")]
    [InlineData("""["unet"]""", "cannot be understood")]
    [InlineData("""{"unet":""", "cannot be understood")]
    [InlineData("""{"unet":["a","b"],"unet":["a","c"]}""", "cannot be understood")]
    public void A_damaged_index_is_refused(string json, string expected)
    {
        _folder.Write("model_index.json", json);
        Assert.Contains(expected, Assert.Throws<CheckpointException>(() => ModelIndex.Read(_folder.Root)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_folders_and_files_are_named()
    {
        Assert.Contains(_folder["gone"], Assert.Throws<CheckpointException>(() => ModelIndex.Read(_folder["gone"])).Message, StringComparison.Ordinal);
        Assert.Contains("model_index.json", Assert.Throws<CheckpointException>(() => ModelIndex.Read(_folder.Root)).Message, StringComparison.Ordinal);
        Assert.Contains(_folder["gone"], Assert.Throws<CheckpointException>(() => ComponentFolder.OpenWeights(_folder["gone"])).Message, StringComparison.Ordinal);
        var weights = Assert.Throws<CheckpointException>(() => ComponentFolder.OpenWeights(_folder.Root));
        Assert.Contains("diffusion_pytorch_model.safetensors", weights.Message, StringComparison.Ordinal);
        Assert.Contains("pytorch_model.bin", weights.Message, StringComparison.Ordinal);
        Assert.Contains("config.json", Assert.Throws<CheckpointException>(() => ComponentFolder.ReadConfig<Config>(_folder.Root)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("model.safetensors", "pytorch_model.bin")]
    [InlineData("diffusion_pytorch_model.safetensors", "diffusion_pytorch_model.fp16.safetensors")]
    [InlineData("model.fp16.safetensors", "notes.txt")]
    public void The_preferred_of_several_weight_files_is_opened(string preferred, string other)
    {
        SafetensorsWriter.Write(_folder[preferred], new Dictionary<string, Tensor> { ["preferred"] = ones(1) });
        SafetensorsWriter.Write(_folder[other], new Dictionary<string, Tensor> { ["other"] = ones(1) });

        using var weights = ComponentFolder.OpenWeights(_folder.Root);

        Assert.Equal("preferred", Assert.Single(weights.Entries.Keys));
    }

    [Fact]
    public void Weights_in_torch_format_are_found_in_a_component_folder()
    {
        using var weights = ComponentFolder.OpenWeights(Fixtures.Path("tiny-bin", "projection_model"));
        Assert.True(weights.Entries.ContainsKey("projection.weight"));
    }

    [Fact]
    public void Settings_are_read_from_snake_case_with_defaults_for_what_is_missing()
    {
        _folder.Write("config.json", """{"block_count":3,"layer_norm_eps":1e-12,"channels":[1,2],"unknown":{}}""");

        var config = ComponentFolder.ReadConfig<Config>(_folder.Root);

        Assert.Equal((3, 1e-12, "gelu"), (config.BlockCount, config.LayerNormEps, config.HiddenAct));
        Assert.Equal([1, 2], config.Channels);
    }

    [Theory]
    [InlineData("""{"block_count":"three"}""")]
    [InlineData("""{"channels":null}""")]
    [InlineData("""null""")]
    [InlineData("""{""")]
    public void Settings_of_a_wrong_type_are_refused_with_the_file(string json)
    {
        _folder.Write("config.json", json);
        var exception = Assert.Throws<CheckpointException>(() => ComponentFolder.ReadConfig<Config>(_folder.Root));
        Assert.Contains("config.json", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("model.safetensors.index.json")]
    [InlineData("diffusion_pytorch_model.safetensors.index.json")]
    public void Shards_are_read_as_one_source(string indexName)
    {
        WriteShards(indexName, """{"metadata":{"total_size":12},"weight_map":{"a":"one.safetensors","b":"two.safetensors","c":"two.safetensors"}}""");

        using var weights = ComponentFolder.OpenWeights(_folder.Root);

        Assert.Equal(["a", "b", "c"], weights.Entries.Keys);
        Assert.Equal([1f, 2f, 3f], weights.Entries.Keys.Select(name => weights.Read(name).item<float>()));
    }

    [Theory]
    [InlineData("""{"weight_map":{"a":"one.safetensors","d":"two.safetensors"}}""", "files do not have: d")]
    [InlineData("""{"weight_map":{"a":"three.safetensors"}}""", "three.safetensors")]
    [InlineData("""{"weight_map":{"a":"../one.safetensors"}}""", "only files in its own folder")]
    [InlineData("""{"weight_map":{"a":".."}}""", "only files in its own folder")]
    [InlineData("""{"weight_map":{"a":"C:\\one"}}""", "only files in its own folder")]
    [InlineData("""{"weight_map":{"a":"model.safetensors.index.json"}}""", "model.safetensors.index.json' is neither")]
    [InlineData("""{"weight_map":{"a":"one.safetensors","b":"twin.safetensors"}}""", "is in both")]
    [InlineData("""{"weight_map":{"a":null}}""", "only files in its own folder")]
    [InlineData("""{"weight_map":{}}""", "no weight_map")]
    [InlineData("""{"weights":{}}""", "no weight_map")]
    [InlineData("""{"weight_map":""", "cannot be understood")]
    public void A_bad_index_of_shards_is_refused(string json, string expected)
    {
        WriteShards("model.safetensors.index.json", json);
        SafetensorsWriter.Write(_folder["twin.safetensors"], new Dictionary<string, Tensor> { ["a"] = ones(1) });
        var exception = Assert.Throws<CheckpointException>(() => CheckpointFile.Open(_folder["model.safetensors.index.json"]));
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    private void WriteShards(string indexName, string json)
    {
        _folder.Write(indexName, json);
        SafetensorsWriter.Write(_folder["one.safetensors"], new Dictionary<string, Tensor> { ["a"] = full(1, 1f) });
        SafetensorsWriter.Write(_folder["two.safetensors"], new Dictionary<string, Tensor> { ["b"] = full(1, 2f), ["c"] = full(1, 3f) });
    }

    private sealed record Config
    {
        public int BlockCount { get; init; } = 1;

        public double LayerNormEps { get; init; } = 1e-5;

        public string HiddenAct { get; init; } = "gelu";

        public int[] Channels { get; init; } = [];
    }
}
