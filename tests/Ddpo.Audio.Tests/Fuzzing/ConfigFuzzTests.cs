using System.Text;
using System.Text.Json.Nodes;
using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Models;
using Ddpo.Audio.Models.AudioLdm2;
using Ddpo.Audio.Models.Clap;
using Ddpo.Audio.Models.Gpt2;
using Ddpo.Audio.Models.HifiGan;
using Ddpo.Audio.Models.Layers;
using Ddpo.Audio.Models.T5;
using Ddpo.Audio.Models.UNet;
using Ddpo.Audio.Models.Vae;
using Ddpo.Audio.Schedulers;
using Ddpo.Audio.Testing;
using Ddpo.Audio.Testing.Fuzzing;
using Ddpo.Audio.Tests.Checkpoints;

namespace Ddpo.Audio.Tests.Fuzzing;

public sealed class ConfigFuzzTests
{
    private const string FileName = "config.json";

    private static readonly Dictionary<string, Action<TemporaryFolder>> s_settings = new()
    {
        ["text_encoder"] = folder => Config<ClapConfig>(folder),
        ["text_encoder_2"] = folder => _ = Config<T5Config>(folder).ActivationName,
        ["language_model"] = folder => Config<Gpt2Config>(folder),
        ["projection_model"] = folder => Config<AudioLdm2ProjectionConfig>(folder),
        ["unet"] = folder => Config<AudioLdm2UNetConfig>(folder),
        ["vae"] = folder => Config<AutoencoderKLConfig>(folder).Validate(folder.Root),
        ["vocoder"] = folder => Config<SpeechT5HifiGanConfig>(folder).Validate(folder.Root),
    };

    private static readonly Dictionary<string, Action<TemporaryFolder>> s_models = new()
    {
        ["text_encoder"] = folder => Load<ClapConfig>(folder, (config, placement) => new ClapModel(config, placement), ClapModel.Rules),
        ["text_encoder_2"] = folder => Load<T5Config>(folder, (config, placement) => new T5EncoderModel(config, placement), T5EncoderModel.Rules),
        ["language_model"] = folder => Load<Gpt2Config>(folder, (config, placement) => new Gpt2Model(config, placement), Gpt2Model.Rules),
        ["projection_model"] = folder => Load<AudioLdm2ProjectionConfig>(folder, (config, placement) => new AudioLdm2ProjectionModel(config, placement)),
        ["unet"] = folder => Load<AudioLdm2UNetConfig>(folder, (config, placement) => new AudioLdm2UNet2DConditionModel(config, placement)),
        ["vae"] = folder => AutoencoderKL.Load(folder.Root, Placement.Cpu).Dispose(),
        ["vocoder"] = folder => SpeechT5HifiGan.Load(folder.Root, Placement.Cpu).Dispose(),
    };

    public static TheoryData<string> Components { get; } = [.. s_settings.Keys];

    [Theory]
    [MemberData(nameof(Components))]
    public void Damaged_settings_of_a_component_are_read_or_refused(string component) =>
        Fuzzer.Run(new FuzzTarget(component, FileName, s_settings[component])
        {
            Corpus = [.. new[] { Fixtures.Path("tiny-audioldm2", component, FileName), Fixtures.Path("full_size_keys", $"{component}.{FileName}") }
                .Where(File.Exists).Select(File.ReadAllBytes)],
        });

    [Theory]
    [MemberData(nameof(Components))]
    public void Damaged_settings_beside_sound_weights_are_loaded_or_refused(string component) =>
        Fuzzer.Run(new FuzzTarget($"{component}-model", FileName, s_models[component])
        {
            Corpus = [File.ReadAllBytes(Fixtures.Path("tiny-audioldm2", component, FileName))],
            Words = [.. new[] { "2147483647", "-1", "1e9", "65536" }.Select(Encoding.UTF8.GetBytes)],
            Prepare = folder => CopyWeights(component, folder),
            FixedBytes = 16 << 20, // the loader lets settings ask for a thousand tensors more than the weights have, to tell their names
            BytesPerByte = 20,
            Iterations = 400,
            Slowness = 10,
        });

    [Theory]
    [InlineData("text_encoder", "vocab_size", "2147483647")]
    [InlineData("text_encoder_2", "num_layers", "2147483647")]
    [InlineData("text_encoder_2", "d_model", "-4")]
    [InlineData("language_model", "n_layer", "2147483647")]
    [InlineData("language_model", "n_layer", "-1")]
    [InlineData("projection_model", "text_encoder_dim", "2147483647")]
    [InlineData("unet", "layers_per_block", "2147483646")]
    [InlineData("unet", "transformer_layers_per_block", "2147483647")]
    [InlineData("unet", "norm_num_groups", "7")]
    [InlineData("vae", "layers_per_block", "2147483646")]
    [InlineData("vae", "latent_channels", "2147483647")]
    [InlineData("vocoder", "upsample_initial_channel", "2147483647")]
    public void A_number_that_asks_for_far_more_than_the_weights_is_refused_by_a_message_that_names_them(string component, string key, string value)
    {
        var config = JsonNode.Parse(File.ReadAllText(Fixtures.Path("tiny-audioldm2", component, FileName)))!.AsObject();
        (component == "text_encoder" ? config["text_config"]!.AsObject() : config)[key] = JsonNode.Parse(value);
        using var folder = new TemporaryFolder().With(FileName, config.ToJsonString());
        CopyWeights(component, folder);
        var tensors = LiveTensors.Count();

        var exception = Assert.Throws<CheckpointException>(() => s_models[component](folder));

        Assert.Contains(folder.Root, exception.Message, StringComparison.Ordinal);
        Assert.Equal(tensors, LiveTensors.Count());
    }

    [Fact]
    public void Damaged_settings_of_the_scheduler_are_read_or_refused() => Fuzzer.Run(
        new FuzzTarget("scheduler", "scheduler_config.json", folder => DdimScheduler.FromFolder(folder.Root))
        {
            Corpus = [File.ReadAllBytes(Fixtures.Path("tiny-audioldm2", "scheduler", "scheduler_config.json"))],
        });

    [Fact]
    public void Damaged_settings_of_the_spectrogram_are_read_or_refused() => Fuzzer.Run(
        new FuzzTarget("preprocessor", "preprocessor_config.json", folder => _ = ClapFeatureConfig.Read(folder.Root).Frames)
        {
            Corpus = [File.ReadAllBytes(Fixtures.Path("rewards", "hf_clap", "model", "preprocessor_config.json"))],
        });

    [Fact]
    public void Damaged_lists_of_components_are_read_or_refused() => Fuzzer.Run(
        new FuzzTarget("model-index", "model_index.json", folder => ModelIndex.Read(folder.Root))
        {
            Corpus = [File.ReadAllBytes(Fixtures.Path("tiny-audioldm2", "model_index.json"))],
        });

    [Fact]
    public void Damaged_lists_of_weight_files_are_read_or_refused() => Fuzzer.Run(
        new FuzzTarget("weight-index", "x.index.json", folder => CheckpointFile.Open(folder["x.index.json"]).Dispose())
        {
            Corpus = ["""{"metadata":{"total_size":4},"weight_map":{"a":"one.safetensors","b":"two.bin"}}"""u8.ToArray()],
            Prepare = folder => folder
                .With("one.safetensors", SafetensorsBytes.Of("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4))
                .With("two.bin", SafetensorsBytes.Of("""{"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4)),
        });

    [Theory]
    [InlineData("vocoder", """{"resblock_dilation_sizes":[null,[1],[1]]}""", "resblock_dilation_sizes")]
    [InlineData("unet", """{"mid_block_type":"\ud800"}""", FileName)]
    public void Settings_that_cannot_be_used_are_refused(string component, string settings, string expected)
    {
        using var folder = new TemporaryFolder().With(FileName, settings);
        var exception = Assert.Throws<CheckpointException>(() => s_settings[component](folder));
        Assert.Contains(expected, exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_spectrogram_without_a_hop_is_refused() => Assert.Contains(
        "hop_length 0", Assert.Throws<CheckpointException>(() => new ClapFeatureConfig { HopLength = 0 }.Validate("here")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"_class_name":"\ud800"}""")]
    [InlineData("""{"unet":["diffusers","\ud800"]}""")]
    public void Half_a_character_in_the_list_of_components_is_refused(string index)
    {
        using var folder = new TemporaryFolder().With("model_index.json", index);
        Assert.Contains(
            folder["model_index.json"], Assert.Throws<CheckpointException>(() => ModelIndex.Read(folder.Root)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_weight_file_whose_name_has_a_null_character_is_refused()
    {
        using var folder = new TemporaryFolder().With("x.index.json", """{"weight_map":{"a":"one\u0000.safetensors"}}""");
        Assert.Contains(
            "only files in its own folder", Assert.Throws<CheckpointException>(() => CheckpointFile.Open(folder["x.index.json"])).Message, StringComparison.Ordinal);
    }

    private static T Config<T>(TemporaryFolder folder, string fileName = FileName) => ComponentFolder.ReadConfig<T>(folder.Root, fileName);

    private static void Load<T>(TemporaryFolder folder, Func<T, Placement, nn.Module> build, StateDictRules? rules = null)
    {
        var config = Config<T>(folder);
        using var source = ComponentFolder.OpenWeights(folder.Root);
        ModelLoader.Load(source, Placement.Cpu, placement => build(config, placement), rules).Dispose();
    }

    private static void CopyWeights(string component, TemporaryFolder folder)
    {
        var weights = ComponentFolder.FindWeights(Fixtures.Path("tiny-audioldm2", component))!;
        folder.With(Path.GetFileName(weights), File.ReadAllBytes(weights));
    }
}
