using System.Text.Json;
using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Testing;
using Ddpo.Audio.Testing.Hub;
using Ddpo.Audio.Tests.Adapters;

namespace Ddpo.Audio.Tests.Hub;

/// <summary>A whole pipeline that is given by its name.</summary>
public sealed class PipelineByNameTests : IDisposable
{
    private const string Model = "cvssp/audioldm2-tiny";

    private readonly FakeHub _hub = new FakeHub().With(Model, TinyPipeline.Folder);
    private readonly string[] _needed = [.. Directory.GetFiles(TinyPipeline.Folder, "*", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(TinyPipeline.Folder, path).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    public void Dispose() => _hub.Dispose();

    [Fact]
    public async Task It_plays_as_from_its_folder_and_only_what_it_needs_is_downloaded()
    {
        _hub.With(
            Model,
            ("README.md", [1]),
            (".gitattributes", [1]),
            ("unet/diffusion_pytorch_model.bin", [1]),
            ("unet/diffusion_pytorch_model.fp16.safetensors", [1]),
            ("unet/diffusion_pytorch_model.safetensors.index.fp16.json", [1]),
            ("text_encoder/pytorch_model.bin", [1]),
            ("text_encoder/onnx/model.onnx", [1]),
            ("safety_checker/model.safetensors", [1]));
        await using var folder = await TinyPipeline.LoadAsync();
        await using var named = await LoadAsync(_hub.Options);
        Assert.Equal(await TinyPipeline.ListenAsync(folder), await TinyPipeline.ListenAsync(named));
        Assert.Equal(_needed, _hub.Sent);
    }

    [Fact]
    public async Task It_loads_again_without_a_connection()
    {
        await (await LoadAsync(_hub.Options)).DisposeAsync();
        _hub.Server.Dispose();
        var options = _hub.Options;
        options.Offline = true;
        await using var offline = await LoadAsync(options);
        Assert.Equal(_needed, _hub.Sent);

        File.Delete(Directory.GetFiles(_hub.Cache.Root, "diffusion_pytorch_model.safetensors", SearchOption.AllDirectories).First(path => path.Contains("unet", StringComparison.Ordinal)));
        var error = await Assert.ThrowsAsync<HubException>(() => LoadAsync(options));
        Assert.Equal(HubFailure.NotInCache, error.Failure);
        Assert.Contains("unet/*.safetensors", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_may_be_a_folder_of_a_model()
    {
        using var hub = new FakeHub();
        foreach (var file in _needed)
        {
            hub.With("owner/several", ("tiny/one/" + file, File.ReadAllBytes(Path.Combine(TinyPipeline.Folder, file))));
        }

        await using var named = await AudioLdm2Pipeline.FromPretrainedAsync("owner/several/tiny/one", new() { Hub = hub.Options });
        Assert.Equal(_needed.Length, hub.Sent.Count);
    }

    // The settings beside the weights give their strength: without them it would be another.
    [Theory]
    [InlineData("owner/adapter", "peft_adapter/", "")]
    [InlineData("owner/adapter/some/folder", "peft_adapter/", "some/folder/")]
    [InlineData("owner/adapter/one.safetensors", "peft/pytorch_lora_weights.safetensors", "one.safetensors")]
    public async Task An_adapter_may_be_given_by_its_name(string name, string from, string to)
    {
        var source = LoraFixture.Folder("scaled");
        string[] files = from.EndsWith('/') ? ["adapter_model.safetensors", "adapter_config.json"] : [""];
        _hub.With("owner/adapter", [("README.md", [1]), ("other/adapter_model.bin", [1]), .. files.Select(file => (to + file, File.ReadAllBytes(Path.Combine(source, from + file))))]);
        var options = _hub.Options;
        options.Revision = "a-branch-of-the-model"; // the model's is not the adapter's
        await using var pipeline = await AudioLdm2Pipeline.FromPretrainedAsync(TinyPipeline.Folder, new() { Hub = options });
        float[] here, named;
        await using (await pipeline.ApplyLoraAsync(Path.Combine(source, from)))
        {
            here = await TinyPipeline.ListenAsync(pipeline);
        }

        await using (await pipeline.ApplyLoraAsync(name))
        {
            named = await TinyPipeline.ListenAsync(pipeline);
        }

        Assert.Equal(here, named);
        Assert.Equal(files.Select(file => to + file).Order(StringComparer.Ordinal), _hub.Sent.Order(StringComparer.Ordinal));
        var error = await Assert.ThrowsAsync<HubException>(() => pipeline.ApplyLoraAsync("owner/adapter/other/none"));
        Assert.Equal(HubFailure.FileNotFound, error.Failure);
    }

    [Fact]
    public async Task A_variant_is_preferred_where_there_is_one()
    {
        _hub.With(Model, ("unet/diffusion_pytorch_model.fp16.safetensors", File.ReadAllBytes(Path.Combine(TinyPipeline.Folder, "unet", "diffusion_pytorch_model.safetensors"))));
        var options = _hub.Options;
        options.Variant = "fp16";
        await (await LoadAsync(options)).DisposeAsync();
        Assert.Equal(
            _needed.Select(name => name == "unet/diffusion_pytorch_model.safetensors" ? "unet/diffusion_pytorch_model.fp16.safetensors" : name).Order(StringComparer.Ordinal), _hub.Sent);

        // Who then asks for full precision does not get half.
        options.Variant = null;
        options.Offline = true;
        Assert.Equal(HubFailure.NotInCache, (await Assert.ThrowsAsync<HubException>(() => LoadAsync(options))).Failure);

        (options.Offline, options.Variant) = (false, "bf16");
        var error = await Assert.ThrowsAsync<HubException>(() => LoadAsync(options));
        Assert.Equal(HubFailure.FileNotFound, error.Failure);
        Assert.Contains("*.bf16.safetensors", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_variant_is_for_folders_too()
    {
        using var folder = TemporaryFolder.CopyOf(TinyPipeline.Folder);
        var error = await Assert.ThrowsAsync<CheckpointException>(() => AudioLdm2Pipeline.FromPretrainedAsync(folder.Root, new() { Hub = { Variant = "fp16" } }));
        Assert.Contains("'fp16'", error.Message, StringComparison.Ordinal);
        folder.Write("vae/diffusion_pytorch_model.fp16.safetensors", [1, 2, 3]);
        error = await Assert.ThrowsAsync<CheckpointException>(() => AudioLdm2Pipeline.FromPretrainedAsync(folder.Root, new() { Hub = { Variant = "fp16" } }));
        Assert.Contains("diffusion_pytorch_model.fp16.safetensors", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Weights_in_shards_are_all_downloaded()
    {
        using var hub = new FakeHub();
        foreach (var file in _needed)
        {
            var content = File.ReadAllBytes(Path.Combine(TinyPipeline.Folder, file));
            if (file != "unet/diffusion_pytorch_model.safetensors")
            {
                hub.With(Model, (file, content));
                continue;
            }

            const string Shard = "diffusion_pytorch_model-00001-of-00001.safetensors";
            using var source = CheckpointFile.Open(Path.Combine(TinyPipeline.Folder, file));
            var index = new { weight_map = source.Entries.Keys.ToDictionary(name => name, _ => Shard) };
            hub.With(Model, ($"unet/{Shard}", content), (file + ".index.json", JsonSerializer.SerializeToUtf8Bytes(index)));
        }

        await using var named = await AudioLdm2Pipeline.FromPretrainedAsync(Model, new() { Hub = hub.Options });
        Assert.Contains("unet/diffusion_pytorch_model-00001-of-00001.safetensors", hub.Sent);
    }

    [Fact]
    public async Task A_model_of_another_kind_is_refused_before_its_weights_are_downloaded()
    {
        var index = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(Path.Combine(TinyPipeline.Folder, "model_index.json")))!;
        index["text_encoder_2"]![1] = "VitsModel";
        _hub.With(Model, ("model_index.json", JsonSerializer.SerializeToUtf8Bytes(index)));
        var error = await Assert.ThrowsAsync<CheckpointException>(() => LoadAsync(_hub.Options));
        Assert.Contains("VitsModel", error.Message, StringComparison.Ordinal);
        Assert.Equal(["model_index.json"], _hub.Sent);
    }

    [Fact]
    public async Task A_model_that_is_no_pipeline_or_lacks_weights_is_refused()
    {
        _hub.With("owner/clap", ("config.json", [1]));
        var error = await Assert.ThrowsAsync<HubException>(() => AudioLdm2Pipeline.FromPretrainedAsync("owner/clap", new() { Hub = _hub.Options }));
        Assert.Contains("no file 'model_index.json'", error.Message, StringComparison.Ordinal);
        foreach (var file in _needed.Where(file => file != "vae/diffusion_pytorch_model.safetensors"))
        {
            _hub.With("owner/part", (file, File.ReadAllBytes(Path.Combine(TinyPipeline.Folder, file))));
        }

        error = await Assert.ThrowsAsync<HubException>(() => AudioLdm2Pipeline.FromPretrainedAsync("owner/part", new() { Hub = _hub.Options }));
        Assert.Contains("no file 'vae/*.safetensors'", error.Message, StringComparison.Ordinal);
    }

    private static Task<AudioLdm2Pipeline> LoadAsync(HubOptions options) => AudioLdm2Pipeline.FromPretrainedAsync(Model, new() { Hub = options });
}
