using System.Text.Json.Nodes;
using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Checkpoints.Safetensors;
using Ddpo.Audio.Models.Clap;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Pipelines;

/// <summary>The same model as other versions of diffusers and transformers save it.</summary>
public sealed class NewerFoldersTests : IDisposable
{
    private readonly TemporaryFolder _folder = TemporaryFolder.CopyOf(TinyPipeline.Folder);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_language_model_with_its_word_head_gives_the_same_audio(bool tied)
    {
        SetClass("language_model", "GPT2LMHeadModel");
        RenameKeys("language_model", name => "transformer." + name, tied ? [] : ["lm_head.weight"]);
        await AssertSameAudio();
    }

    [Fact]
    public async Task A_whole_T5_gives_the_same_audio()
    {
        RenameKeys("text_encoder_2", name => name, "lm_head.weight", "decoder.embed_tokens.weight", "decoder.block.0.layer.1.EncDecAttention.q.weight");
        await AssertSameAudio();
    }

    [Theory]
    [InlineData("scheduler/scheduler_config.json", "lambda_min_clipped", "-Infinity")]
    [InlineData("scheduler/scheduler_config.json", "of_tomorrow", "[NaN, \"a \\\" NaN\", Infinity]")]
    [InlineData("unet/config.json", "of_tomorrow", "NaN")]
    [InlineData("language_model/config.json", "of_tomorrow", "{\"NaN\": Infinity}")]
    [InlineData("tokenizer/tokenizer_config.json", "of_tomorrow", "Infinity")]
    [InlineData("model_index.json", "_of_tomorrow", "-Infinity")]
    public async Task Numbers_that_JSON_does_not_have_are_read_where_nobody_needs_them(string file, string name, string value)
    {
        Add(file, name, value);
        await AssertSameAudio();
    }

    [Theory]
    [InlineData("scheduler/scheduler_config.json", "beta_start", "NaN")]
    [InlineData("scheduler/scheduler_config.json", "clip_sample_range", "Infinity")]
    [InlineData("scheduler/scheduler_config.json", "clip_sample_range", "1e39")]
    [InlineData("scheduler/scheduler_config.json", "num_train_timesteps", "Infinity")]
    [InlineData("vae/config.json", "scaling_factor", "NaN")]
    [InlineData("vae/config.json", "scaling_factor", "1e39")]
    [InlineData("vae/config.json", "scaling_factor", "1e999")]
    [InlineData("vocoder/config.json", "leaky_relu_slope", "-Infinity")]
    public async Task And_refused_by_name_where_the_model_needs_them(string file, string name, string value)
    {
        Add(file, name, value);
        var error = await Assert.ThrowsAsync<CheckpointException>(() => AudioLdm2Pipeline.FromPretrainedAsync(_folder.Root));
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
        Assert.Contains(_folder[file], error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("feature_extractor")]
    [InlineData("audio_processor")]
    public void The_settings_of_the_feature_extractor_may_be_among_those_of_the_processor(string name)
    {
        var settings = JsonNode.Parse(File.ReadAllText(Fixtures.Path("rewards", "hf_clap", "model", "preprocessor_config.json")))!.AsObject();
        settings["nb_max_samples"] = 12_345;
        _folder.Write("older/preprocessor_config.json", settings.ToJsonString());
        _folder.Write("newer/processor_config.json", new JsonObject { [name] = settings, ["processor_class"] = "ClapProcessor" }.ToJsonString());

        Assert.Equal(12_345, ClapFeatureConfig.Read(_folder["newer"]).NbMaxSamples);
        Assert.Equal(ClapFeatureConfig.Read(_folder["older"]), ClapFeatureConfig.Read(_folder["newer"]));
    }

    [Fact]
    public void A_processor_that_says_nothing_of_it_leaves_the_settings_to_their_own_file()
    {
        _folder.Write("both/preprocessor_config.json", """{"truncation": "rand_trunc", "nb_max_samples": 12345}""");
        _folder.Write("both/processor_config.json", """{"processor_class": "ClapProcessor"}""");
        Assert.Equal(12_345, ClapFeatureConfig.Read(_folder["both"]).NbMaxSamples);

        _folder.Write("both/processor_config.json", """{"feature_extractor": {"truncation": "fusion"}}""");
        var error = Assert.Throws<CheckpointException>(() => ClapFeatureConfig.Read(_folder["both"]));
        Assert.Contains(_folder["both/processor_config.json"], error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private async Task AssertSameAudio()
    {
        await using var plain = await TinyPipeline.LoadAsync();
        await using var other = await AudioLdm2Pipeline.FromPretrainedAsync(_folder.Root);
        Assert.Equal(await TinyPipeline.ListenAsync(plain), await TinyPipeline.ListenAsync(other));
    }

    private void SetClass(string component, string name)
    {
        var index = JsonNode.Parse(File.ReadAllText(_folder["model_index.json"]))!;
        index[component]![1] = name;
        _folder.Write("model_index.json", index.ToJsonString());
    }

    private void RenameKeys(string component, Func<string, string> rename, params string[] added)
    {
        using var scope = NewDisposeScope();
        var path = ComponentFolder.FindWeights(_folder[component])!;
        var tensors = new Dictionary<string, Tensor>();
        using (var source = CheckpointFile.Open(path))
        {
            foreach (var name in source.Entries.Keys)
            {
                tensors.Add(rename(name), source.Read(name));
            }
        }

        foreach (var name in added)
        {
            tensors.Add(name, ones(3, 2));
        }

        SafetensorsWriter.Write(path, tensors);
    }

    /// <summary>Puts a value into a JSON file, in the place of what it has by this name.</summary>
    private void Add(string file, string name, string value)
    {
        var settings = JsonNode.Parse(File.ReadAllText(_folder[file]))!.AsObject();
        settings[name] = "here";
        _folder.Write(file, settings.ToJsonString().Replace($"\"{name}\":\"here\"", $"\"{name}\":{value}", StringComparison.Ordinal));
    }
}
