using System.Text;
using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Models.AudioLdm2;
using Ddpo.Audio.Models.Clap;
using Ddpo.Audio.Models.Gpt2;
using Ddpo.Audio.Models.HifiGan;
using Ddpo.Audio.Models.T5;
using Ddpo.Audio.Models.Vae;
using Ddpo.Audio.Schedulers;
using Ddpo.Audio.Testing;
using Ddpo.Audio.Testing.Fuzzing;
using Ddpo.Audio.Tests.Checkpoints;

namespace Ddpo.Audio.Tests.Fuzzing;

public sealed class ConfigFuzzTests
{
    private const string FileName = "config.json";

    private static readonly Dictionary<string, Action<TemporaryFolder>> s_components = new()
    {
        ["text_encoder"] = folder => Checked<ClapConfig>(folder, config =>
        {
            config.AudioConfig.Validate();
            _ = (config.AudioConfig.FrequencyRatio, config.AudioConfig.GridSize, config.AudioConfig.OutputSize);
        }),
        ["text_encoder_2"] = folder => _ = Config<T5Config>(folder).ActivationName,
        ["language_model"] = folder => Config<Gpt2Config>(folder),
        ["projection_model"] = folder => Config<AudioLdm2ProjectionConfig>(folder),
        ["unet"] = folder => Checked<AudioLdm2UNetConfig>(folder, config => config.Validate()),
        ["vae"] = folder => Config<AutoencoderKLConfig>(folder).Validate(folder.Root),
        ["vocoder"] = folder => Config<SpeechT5HifiGanConfig>(folder).Validate(folder.Root),
    };

    public static TheoryData<string> Components { get; } = [.. s_components.Keys];

    [Theory]
    [MemberData(nameof(Components))]
    public void Damaged_settings_of_a_component_are_read_or_refused(string component) =>
        Fuzzer.Run(new FuzzTarget(component, FileName, s_components[component])
        {
            Corpus = [File.ReadAllBytes(Fixtures.Path("tiny-audioldm2", component, FileName)), File.ReadAllBytes(Fixtures.Path("full_size_keys", $"{component}.{FileName}"))],
            Iterations = 1500,
        });

    [Fact]
    public void Damaged_settings_of_the_scheduler_are_read_or_refused() => Fuzzer.Run(
        new FuzzTarget("scheduler", "scheduler_config.json", folder => DdimScheduler.FromFolder(folder.Root))
        {
            Corpus = [File.ReadAllBytes(Fixtures.Path("tiny-audioldm2", "scheduler", "scheduler_config.json"))],
        });

    [Fact]
    public void Damaged_settings_of_the_spectrogram_are_read_or_refused() => Fuzzer.Run(
        new FuzzTarget("preprocessor", "preprocessor_config.json", folder => Checked<ClapFeatureConfig>(folder, config =>
        {
            config.Validate();
            _ = config.Frames;
        }, "preprocessor_config.json"))
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
    [InlineData("text_encoder", """{"audio_config":{"patch_stride":[0,0]}}""", "patch_stride [0, 0]")]
    [InlineData("unet", """{"mid_block_type":"\ud800"}""", FileName)]
    public void Settings_that_cannot_be_used_are_refused(string component, string settings, string expected)
    {
        using var folder = new TemporaryFolder().With(FileName, settings);
        var exception = Assert.Throws<CheckpointException>(() => s_components[component](folder));
        Assert.Contains(expected, exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_spectrogram_without_a_hop_is_refused() => Assert.Contains(
        "hop_length 0", Assert.Throws<CheckpointException>(new ClapFeatureConfig { HopLength = 0 }.Validate).Message, StringComparison.Ordinal);

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

    /// <summary>Checks what the model checks when it is built; it does not know the file.</summary>
    private static void Checked<T>(TemporaryFolder folder, Action<T> check, string fileName = FileName)
    {
        var config = Config<T>(folder, fileName);
        try
        {
            check(config);
        }
        catch (CheckpointException exception)
        {
            throw new CheckpointException($"'{folder[fileName]}'", exception);
        }
    }
}
