using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Checkpoints.Safetensors;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Pipelines;

public sealed class PipelineLoadingTests
{
    private static readonly string[] s_weighed =
        ["text_encoder", "text_encoder_2", "projection_model", "language_model", "unet", "vae", "vocoder"];

    private const string T5 = "text_encoder_2"; // all of its keys are those of an encoder, and used

    private static readonly string[] s_idle = ["encoder.", "quant_conv.", "audio_model.", "audio_projection.", "wte."];

    public static TheoryData<string> Weighed => new(s_weighed);

    public static TheoryData<string> Components => new([.. s_weighed, "tokenizer", "tokenizer_2", "scheduler"]);

    [Theory]
    [InlineData("/no/such/folder")]
    [InlineData("golden")]
    public Task A_folder_that_is_no_checkpoint_is_refused(string name) =>
        AssertRefused(Fixtures.Path(name), name == "golden" ? "model_index.json" : name);

    [Theory]
    [MemberData(nameof(Components))]
    public async Task A_missing_component_is_named(string component)
    {
        using var folder = TemporaryFolder.CopyOf(TinyPipeline.Folder);
        Directory.Delete(folder[component], recursive: true);
        await AssertRefused(folder.Root, component);
    }

    [Theory]
    [MemberData(nameof(Weighed))]
    public async Task Missing_and_truncated_weights_are_named(string component)
    {
        using var folder = TemporaryFolder.CopyOf(TinyPipeline.Folder);
        var weights = WeightsOf(folder, component);
        var content = File.ReadAllBytes(weights);

        File.WriteAllBytes(weights, content[..(content.Length - 100)]);
        await AssertRefused(folder.Root, component, Path.GetFileName(weights));
        File.Delete(weights);
        await AssertRefused(folder.Root, component, "no weights");
    }

    [Theory]
    [MemberData(nameof(Weighed))]
    public async Task A_missing_an_unknown_and_a_wrongly_shaped_tensor_are_listed_together(string component)
    {
        using var folder = TemporaryFolder.CopyOf(TinyPipeline.Folder);
        var weights = WeightsOf(folder, component);
        var (missing, wrong) = ("", "");
        Rewrite(weights, tensors =>
        {
            var matrices = tensors.Where(pair => pair.Key.EndsWith(".weight", StringComparison.Ordinal) && pair.Key != "wte.weight" && pair.Value.dim() > 1).ToList();
            (missing, wrong) = (matrices[0].Key, matrices[^1].Key);
            tensors.Remove(missing);
            tensors[wrong] = tensors[wrong].unsqueeze(0).contiguous();
            tensors["of_another_model"] = zeros(1);
        });
        await AssertRefused(folder.Root, Path.GetFileName(weights), missing, wrong, "of_another_model");
    }

    [Theory]
    [InlineData("unet", "UNet2DConditionModel")]
    [InlineData("scheduler", "PNDMScheduler")]
    [InlineData("text_encoder", "CLIPTextModel")]
    public async Task A_component_of_another_class_is_named_with_both_classes(string component, string other)
    {
        using var folder = TemporaryFolder.CopyOf(TinyPipeline.Folder);
        var index = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(folder["model_index.json"]))!;
        var known = index[component]![1]!.GetValue<string>();
        index[component]![1] = other;
        folder.Write("model_index.json", index.ToJsonString());
        await AssertRefused(folder.Root, component, "." + other, known);
    }

    [Fact]
    public async Task Settings_that_are_no_json_are_named()
    {
        using var folder = TemporaryFolder.CopyOf(TinyPipeline.Folder);
        foreach (var name in new[] { "unet/config.json", "scheduler/scheduler_config.json", "model_index.json" })
        {
            var good = File.ReadAllBytes(folder[name]);
            folder.Write(name, "{ \"in_channels\": ");
            await AssertRefused(folder.Root, Path.GetFileName(name));
            folder.Write(name, good);
        }
    }

    [Fact]
    public async Task A_device_that_is_unknown_or_absent_is_refused()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => TinyPipeline.LoadAsync(new() { Device = "gpu" }));
        var error = await Assert.ThrowsAsync<NotSupportedException>(() => TinyPipeline.LoadAsync(new() { Device = "cuda:97" }));
        Assert.Contains("TorchSharp-cuda", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_precision_is_refused() =>
        await Assert.ThrowsAnyAsync<ArgumentException>(() => TinyPipeline.LoadAsync(new() { Precision = (Precision)9 }));

    [Fact]
    public async Task Cancellation_stops_the_load_and_leaves_nothing()
    {
        await LiveTensors.AssertFlatAsync(
            async () =>
            {
                using var cancel = new CancellationTokenSource();
                var reports = 0;
                var progress = new ProgressAction<LoadProgress>(_ =>
                {
                    if (++reports == 100)
                    {
                        cancel.Cancel();
                    }
                });
                await Assert.ThrowsAnyAsync<OperationCanceledException>(
                    () => AudioLdm2Pipeline.FromPretrainedAsync(TinyPipeline.Folder, null, progress, cancel.Token));
                Assert.Equal(100, reports);
            },
            times: 2);
    }

    [Fact]
    public async Task Progress_counts_up_to_all_bytes_component_by_component()
    {
        var reports = new List<LoadProgress>();
        await using var pipeline = await AudioLdm2Pipeline.FromPretrainedAsync(
            TinyPipeline.Folder, progress: new ProgressAction<LoadProgress>(reports.Add));
        Assert.Equal(s_weighed.Order(), reports.Select(report => report.Component).Distinct().Order());
        Assert.Single(reports.Select(report => report.TotalBytes).Distinct());
        Assert.Equal(reports.Select(report => report.Bytes).Order(), reports.Select(report => report.Bytes));
        Assert.Equal(reports[^1].TotalBytes, reports[^1].Bytes);
        Assert.Equal(s_weighed.Sum(BytesInUse), reports[^1].TotalBytes);
    }

    [Fact]
    public async Task What_generating_does_not_use_is_not_read()
    {
        using var folder = TemporaryFolder.CopyOf(TinyPipeline.Folder);
        foreach (var component in s_weighed.Except([T5]))
        {
            Rewrite(WeightsOf(folder, component), tensors =>
            {
                foreach (var (_, values) in tensors.Where(pair => IsIdle(pair.Key) && is_floating_point(pair.Value.dtype)))
                {
                    values.fill_(float.NaN);
                }
            });
        }

        var settings = Path.Combine("feature_extractor", "preprocessor_config.json");
        folder.Write(settings, File.ReadAllText(folder[settings]).Replace("\"fusion\"", "\"rand_trunc\"", StringComparison.Ordinal));
        await using var whole = await TinyPipeline.LoadAsync();
        await using var damaged = await AudioLdm2Pipeline.FromPretrainedAsync(folder.Root);
        Assert.Equal(await TinyPipeline.ListenAsync(whole), await TinyPipeline.ListenAsync(damaged));

        var steps = 0;
        var error = await Assert.ThrowsAsync<CheckpointException>(() => damaged.GenerateAsync(
            TinyPipeline.Request with { NumWaveformsPerPrompt = 2 }, new ProgressAction<DenoisingProgress>(_ => steps++)));
        Assert.Contains("'audio_", error.Message, StringComparison.Ordinal);
        Assert.Contains("not finite", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, steps);
    }

    [Fact]
    public async Task Weights_in_shards_load_as_the_whole_file_does()
    {
        using var folder = TemporaryFolder.CopyOf(TinyPipeline.Folder);
        SplitInTwo(WeightsOf(folder, "unet"));
        await using var whole = await TinyPipeline.LoadAsync();
        await using var sharded = await AudioLdm2Pipeline.FromPretrainedAsync(folder.Root);
        Assert.Equal(await TinyPipeline.ListenAsync(whole), await TinyPipeline.ListenAsync(sharded));
    }

    [Fact]
    public async Task Pickled_weights_of_a_component_are_read_and_checked_as_strictly()
    {
        // The fixture's projection model has one key more than the pipeline's.
        using var folder = TemporaryFolder.CopyOf(TinyPipeline.Folder);
        File.Delete(WeightsOf(folder, "projection_model"));
        var pickle = Fixtures.Path("tiny-bin", "projection_model", "diffusion_pytorch_model.bin");
        File.Copy(pickle, folder[Path.Combine("projection_model", Path.GetFileName(pickle))]);
        await AssertRefused(folder.Root, "diffusion_pytorch_model.bin", "Unexpected (1): num_updates");
    }

    [Fact]
    public async Task Loading_and_disposing_leaves_no_tensors() =>
        await LiveTensors.AssertFlatAsync(async () => await (await TinyPipeline.LoadAsync()).DisposeAsync(), times: 2);

    /// <summary>What no clip takes, unless clips are ranked: the encoder of the VAE, CLAP's audio side, the words of GPT-2.</summary>
    private static bool IsIdle(string key) =>
        s_idle.Any(prefix => key.StartsWith(prefix, StringComparison.Ordinal));

    private static long BytesInUse(string component)
    {
        using var source = ComponentFolder.OpenWeights(Path.Combine(TinyPipeline.Folder, component));
        return source.Entries.Values.Where(entry => component == T5 || !IsIdle(entry.Name)).Sum(entry => entry.Bytes);
    }

    private static string WeightsOf(TemporaryFolder folder, string component) =>
        Directory.GetFiles(folder[component], "*.safetensors").Single();

    /// <summary>Fails unless the folder is refused, with all of <paramref name="words"/> in the message and no tensors left.</summary>
    private static Task AssertRefused(string folder, params string[] words) => LiveTensors.AssertFlatAsync(
        async () =>
        {
            var error = await Assert.ThrowsAsync<CheckpointException>(() => AudioLdm2Pipeline.FromPretrainedAsync(folder));
            Assert.All(words, word => Assert.Contains(word, error.Message, StringComparison.Ordinal));
        },
        times: 1);

    private static void Rewrite(string path, Action<Dictionary<string, Tensor>> change)
    {
        using var scope = NewDisposeScope();
        var tensors = ReadAll(path);
        change(tensors);
        SafetensorsWriter.Write(path, tensors);
    }

    private static void SplitInTwo(string path)
    {
        using var scope = NewDisposeScope();
        var tensors = ReadAll(path).ToList();
        File.Delete(path);
        var stem = path[..^".safetensors".Length];
        string[] shards = [$"{stem}-00001-of-00002.safetensors", $"{stem}-00002-of-00002.safetensors"];
        var half = tensors.Count / 2;
        SafetensorsWriter.Write(shards[0], tensors[..half].ToDictionary());
        SafetensorsWriter.Write(shards[1], tensors[half..].ToDictionary());
        var map = tensors.Select((pair, i) => (pair.Key, Path.GetFileName(shards[i < half ? 0 : 1]))).ToDictionary();
        File.WriteAllText(path + ".index.json", System.Text.Json.JsonSerializer.Serialize(new { metadata = new { }, weight_map = map }));
    }

    private static Dictionary<string, Tensor> ReadAll(string path)
    {
        using var source = CheckpointFile.Open(path);
        return source.Entries.Keys.ToDictionary(name => name, source.Read);
    }
}
