using Ddpo.Audio.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Ddpo.Audio.Samples.Tests;

/// <summary>How settings files, the environment and the command line go together.</summary>
public sealed class SettingsFileTests : IDisposable
{
    private const string Variable = "DDPO_Training__AdamBeta1";

    private readonly TemporaryFolder _folder = new();

    public SettingsFileTests() => _folder.Write("none.json", "{}");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_is_laid_over_the_defaults_the_environment_over_the_file_and_options_over_all()
    {
        _folder.Write("base.json", """{ "Training": { "LearningRate": 1e-3, "AdamBeta1": 0.1 }, "Ddpo": { "ClipRange": 0.5 }, "Seed": 1 }""");
        _folder.Write("over.json", """{ "training": { "learningrate": 2e-3, "MaxGradNorm": 7 }, "Seed": 2 } // any case, and comments""");
        _folder.Write("last.json", """{ "Training": { "MaxGradNorm": 8, } }""");
        Environment.SetEnvironmentVariable(Variable, "0.25");
        try
        {
            var settings = Read("base.json", "--settings", _folder["over.json"], "-s", _folder["last.json"], "--seed=3");
            Assert.Equal((2e-3, 0.25, 8), (settings.Training.LearningRate, settings.Training.AdamBeta1, settings.Training.MaxGradNorm));
            Assert.Equal((0.5, 3ul), (settings.Ddpo.ClipRange, settings.Seed));
            Assert.Equal(new DdpoAlgorithmOptions().AdvantageClip, settings.Ddpo.AdvantageClip);
            Assert.Equal(0.5, Read("base.json", "--Training:AdamBeta1", "0.5").Training.AdamBeta1);
        }
        finally
        {
            Environment.SetEnvironmentVariable(Variable, null);
        }
    }

    [Fact]
    public void Lists_are_replaced_as_a_whole_and_one_source_of_prompts_by_another()
    {
        _folder.Write("base.json", """{ "Prompts": { "Texts": [ "a", "b", "c" ] } }""");
        _folder.Write("over.json", """{ "Prompts": { "Template": "{x}", "Words": { "x": [ "d" ] } } }""");
        _folder.Write("mixture.json", """{ "Prompts": { "Mixture": [ { "Texts": [ "g" ] }, { "Template": "{x}", "Words": { "x": [ "h" ] } } ] } }""");

        Assert.Equal(["z"], Texts(Read("base.json", "--prompt", "z")));
        Assert.Equal(["y", "z"], Texts(Read("base.json", "--prompt", "y", "z")));
        Assert.Equal(["y", "z"], Texts(Read("base.json", "--prompt", "y", "-p=z")));
        Assert.Equal(["y"], Texts(Read("base.json", "--prompts:texts:0", "y")));
        Assert.Equal(["d"], Texts(Read("base.json", "-s", _folder["over.json"])));
        Assert.Equal(["e", "f"], Texts(Read("over.json", "--Prompts:Words:x", "e", "--Prompts:Words:x", "f")));
        Assert.Equal(["g", "h"], Texts(Read("over.json", "--Prompts:Words:x:0", "g", "--Prompts:Words:x:1", "h")));
        Assert.Equal(["a d"], Texts(Read("over.json", "--Prompts:Template", "a {x}")));
        Assert.Equal(["z"], Texts(Read("over.json", "-p", "z")));
        Assert.Equal(["g", "h"], Texts(Read("over.json", "-s", _folder["mixture.json"])));
        Assert.Equal(["a", "b", "c"], Texts(Read("mixture.json", "-s", _folder["base.json"])));
    }

    [Fact]
    public void A_list_of_prompts_may_be_replaced_by_a_template()
    {
        _folder.Write("base.json", """{ "Validation": { "Prompts": [ "a", { "Text": "b", "Negative": "noise", "Metadata": { "quadrant": "Q1" } } ] } }""");
        var prompts = Read("base.json").Validation.Prompts;
        Assert.Equal([("a", null), ("b", "noise")], prompts.Select(prompt => (prompt.Text, prompt.NegativeText)));
        Assert.Equal("Q1", prompts[1].Metadata["quadrant"]);
        Assert.Equal(["c"], Read("base.json", "--Validation:Prompts", "c").Validation.Prompts.Select(prompt => prompt.Text));
        Assert.Equal(
            ["a sad flute"],
            Read("base.json", "--Validation:Prompts:Template", "a {x} flute", "--Validation:Prompts:Words:x", "sad").Validation.Prompts.Select(prompt => prompt.Text));
    }

    [Fact]
    public void A_reward_is_turned_on_by_its_section_and_off_by_false()
    {
        _folder.Write("base.json", """{ "Rewards": { "loudness": { "TargetDecibels": -6 }, "spectral_centroid": {} } }""");
        _folder.Write("off.json", """{ "Rewards": { "loudness": false } }""");
        Assert.Equal(["loudness", "spectral_centroid"], Read("base.json").Rewards.Keys.Order());
        Assert.Equal(["spectral_centroid"], Read("base.json", "-s", _folder["off.json"]).Rewards.Keys);
        Assert.Equal(2, Read("off.json", "-s", _folder["base.json"], "--Rewards:loudness", "--Rewards:loudness:Weight", "2").Rewards["loudness"].Weight);
        Assert.True(Read("none.json", "--Rewards:loudness", "--Rewards:spectral_centroid:MetricOnly").Rewards["spectral_centroid"].MetricOnly);
    }

    [Theory]
    [InlineData("""{ "Training": { "LerningRate": 1 } }""", "Training:LerningRate: There is no such setting. Did you mean Training:LearningRate?")]
    [InlineData("""{ "Trainin": { } }""", "Did you mean Training?")]
    [InlineData("""{ "Prompts": { "Mixture": [ { "Texts": [ "a" ], "Wieght": 1 } ] } }""", "Did you mean Prompts:Mixture:0:Weight?")]
    [InlineData("""{ "Rewards": { "clap_score": { "Kropp": "Start" } } }""", "Did you mean Rewards:clap_score:Crop?")]
    [InlineData("""{ "Rewards": { "clap": { } } }""", "Rewards:clap: No reward was added under this name")]
    [InlineData("""{ "Training": { "LearningRate": "fast" } }""", "Training:LearningRate: Expected a number, found 'fast'.")]
    [InlineData("""{ "Pipeline": { "Precision": "Float8" } }""", "Pipeline:Precision: Expected one of Float32, BFloat16, Float16, found 'Float8'.")]
    [InlineData("""{ "Lora": 3 }""", "Lora: Expected settings, true for their defaults, or false for none; found '3'.")]
    [InlineData("""{ "Sampling": { "Duration": 10 } }""", "Sampling:Duration: Expected hours, minutes and seconds, as 00:00:10, found '10', which would be days.")]
    [InlineData("""{ "Seed": 1, "seed": 2 }""", "sets a name twice")]
    [InlineData("""{ "Seed": """, "is not valid JSON")]
    [InlineData("[]", "expected a JSON object")]
    public void A_wrong_file_is_explained(string text, string expected)
    {
        _folder.Write("wrong.json", text);
        Assert.Contains(expected, Problem("wrong.json"), StringComparison.Ordinal);
        Assert.Contains(expected, Problem("none.json", "-s", _folder["wrong.json"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("There is no option --Training:LerningRate. Did you mean --Training:LearningRate?", "--Training:LerningRate", "1")]
    [InlineData("Did you mean --epochs?", "--epoch", "1")]
    [InlineData("Did you mean --settings?", "--setings", "a.json")]
    [InlineData("Training:LearningRate: Expected a number", "--lr", "fast")]
    [InlineData("Expected one of Start", "--Rewards:clap_score:Crop", "sideways")]
    [InlineData("Expected settings, true for their defaults", "--Ddpo:PerPromptStatTracking=maybe")]
    [InlineData("Expected an option, found 'maybe'", "--Ddpo:PerPromptStatTracking", "maybe")]
    [InlineData("has values by names", "--Prompts:Words", "piano")]
    [InlineData("stray", "stray")]
    [InlineData("--seed needs a value", "--seed")]
    [InlineData("--seed needs a value", "--seed", "--overwrite")]
    public void A_wrong_command_line_is_explained(string expected, params string[] args) =>
        Assert.Contains(expected, Problem("none.json", args), StringComparison.Ordinal);

    public static TheoryData<string> Groups() => [.. typeof(DdpoOptions).GetProperties().Where(property => SettingTree.IsGroup(property.PropertyType)).Select(property => property.Name), "Rewards"];

    [Theory]
    [MemberData(nameof(Groups))]
    public void A_section_that_is_null_is_one_that_says_nothing(string group)
    {
        _folder.Write("base.json", """{ "Prompts": { "Texts": [ "a" ] }, "Sampling": { "Eta": 0.5 }, "Training": { "NumEpochs": 7 } }""");
        _folder.Write("null.json", $$"""{ "{{group}}": null }""");
        if (group == nameof(DdpoOptions.Lora))
        {
            Assert.Contains("Lora: Expected settings, true for their defaults, or false for none; found null or {}.", Problem("null.json"), StringComparison.Ordinal);
            return;
        }

        var read = Read("base.json", "-s", _folder["null.json"]);
        Assert.Equal(group == "Sampling" ? new SamplingOptions().Eta : 0.5, read.Sampling.Eta);
        Assert.Equal(group == "Training" ? new TrainingOptions().NumEpochs : 7, read.Training.NumEpochs);
        Assert.Equal(group == "Prompts" ? 0 : 1, read.Prompts.Texts?.Count ?? 0);
        Assert.Equal(8, Read("base.json", "-s", _folder["null.json"], "--epochs", "8").Training.NumEpochs);
    }

    /// <summary>Values of every kind, in the place of each setting: read, or told of by the setting's key.</summary>
    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("[ null ]")]
    [InlineData("{ \"a\": null }")]
    [InlineData("{ \"0\": {} }")]
    [InlineData("[ [ 1 ] ]")]
    [InlineData("true")]
    [InlineData("-1")]
    [InlineData("1e99")]
    [InlineData("\"\"")]
    [InlineData("\"0,64\"")]
    [InlineData("\"\\u0000\"")]
    public void Whatever_a_file_says_of_a_setting_is_read_or_explained(string value)
    {
        var groups = typeof(DdpoOptions).GetProperties().Select(property => property.Name).Concat(typeof(GenerateSettings).GetProperties().Select(property => property.Name));
        foreach (var path in TrainingRun.Settings.Concat(SettingTree.Of(new GenerateSettings())).Select(setting => setting.Path).Concat(groups).Distinct())
        {
            var names = path.Split(':');
            _folder.Write("any.json", string.Concat(names.Select(name => $"{{ \"{name}\": ")) + value + string.Concat(names.Select(_ => " }")));
            var training = Record.Exception(() => Read("any.json"));
            var generating = Record.Exception(() => DdpoConfiguration.Bind(
                ProgramSettings.Read(_folder["any.json"], [], new Dictionary<string, string>()).Without(), new GenerateSettings()));
            Assert.All([training, generating], error => Assert.True(
                error is null or SettingsException || (error is OptionsValidationException wrong && wrong.Failures.All(failure => failure.Contains(": ", StringComparison.Ordinal))),
                $"{path}: {error}"));
        }
    }

    [Fact]
    public void Of_an_option_that_is_given_twice_the_last_counts()
    {
        Assert.Equal(4, Read("none.json", "--epochs", "3", "--epochs=4").Training.NumEpochs);
        Assert.Equal(4, Read("none.json", "--Training:NumEpochs", "3", "--TRAINING:NUMEPOCHS", "4").Training.NumEpochs);
        Assert.Equal(3, Read("none.json", "--epochs", "4", "--Training:NumEpochs", "3").Training.NumEpochs);
        Assert.False(Read("none.json", "--overwrite", "--overwrite", "false").Checkpoints.Overwrite);
        Assert.Equal(2, Read("none.json", "--lora", "false", "--Lora:Rank", "2").Lora!.Rank);
        Assert.Null(Read("none.json", "--Lora:Rank", "2", "--lora", "false").Lora);
        Assert.Equal(2, Read("none.json", "--Lora:Rank", "2", "--lora").Lora!.Rank);
        Assert.Equal(["y", "z"], Texts(Read("none.json", "-p", "y", "--prompts:texts", "z")));
    }

    [Theory]
    [InlineData("""{ "Duration": "0,64" }""", "Duration: Expected hours, minutes and seconds, as 00:00:10, found '0,64'.")]
    [InlineData("""{ "ClipsPerPrompt": 0 }""", "ClipsPerPrompt: ClipsPerPrompt is 0; expected at least 1.")]
    [InlineData("""{ "BatchSize": 2.5 }""", "BatchSize: Expected a whole number, found '2.5'.")]
    [InlineData("""{ "Seed": 18446744073709551616 }""", "Seed: Expected a whole number from 0 up, found '18446744073709551616', which is too large.")]
    [InlineData("""{ "Eta": 1.5 }""", "Eta: Eta is 1.5; expected at least 0 and at most 1.")]
    [InlineData("""{ "Scale": "Infinity" }""", "Scale: Scale is Infinity; expected")]
    [InlineData("""{ "Prompts": null }""", "Prompts: No prompts: set one of Texts, File, Template and Mixture.")]
    [InlineData("""{ "Prompts": { "Template": "a {x}", "Words": { "x": [ null ] } } }""", "Prompts:Words:x:0: Expected a text, found null.")]
    [InlineData("""{ "Prompts": { "Mixture": [ { "Texts": [ "a" ], "texts": [ "b" ] } ] } }""", "sets a name twice")]
    [InlineData("""{ "Prompts:File": "a", "Prompts": { "File": "b" } }""", "in two spellings")]
    public void Generating_says_what_is_wrong_before_it_loads_anything(string text, string expected)
    {
        _folder.Write("base.json", """{ "Pipeline": { "Path": "models/music" }, "Prompts": { "Texts": [ "a" ] } }""");
        _folder.Write("wrong.json", text);
        var error = Record.Exception(() => DdpoConfiguration.Bind(
            ProgramSettings.Read(_folder["base.json"], [.. SettingTree.Of(new GenerateSettings())], new Dictionary<string, string>(), "-s", _folder["wrong.json"]).Without(),
            new GenerateSettings()));
        Assert.Contains(expected, error is OptionsValidationException wrong ? wrong.Failures.First() : Assert.IsType<SettingsException>(error).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Pipeline")]
    [InlineData("Prompts")]
    [InlineData("NegativePrompt")]
    [InlineData("Duration")]
    [InlineData("Seed")]
    [InlineData("Output")]
    [InlineData("FileName")]
    [InlineData("Encoding")]
    public void A_null_in_settings_of_generating_is_as_not_given_or_named(string name)
    {
        _folder.Write("base.json", $$"""{ "{{name}}": null }""");
        var error = Record.Exception(() => DdpoConfiguration.Bind(
            ProgramSettings.Read(_folder["base.json"], [], new Dictionary<string, string>()).Without(), new GenerateSettings()));
        Assert.All(Assert.IsType<OptionsValidationException>(error).Failures, failure =>
            Assert.True(new[] { "Pipeline:Path: ", "Prompts: ", name + ": " }.Any(start => failure.StartsWith(start, StringComparison.Ordinal)), failure));
    }

    [Fact]
    public void A_file_in_another_encoding_is_refused_with_the_line()
    {
        _folder.Write("latin1.json", System.Text.Encoding.Latin1.GetBytes("{\n  \"Prompts\": { \"Texts\": [ \"caf\u00e9\" ] }\n}"));
        Assert.Contains($"'{_folder["latin1.json"]}' is not UTF-8: line 2 has the byte 0xE9", Problem("latin1.json"), StringComparison.Ordinal);
        _folder.Write("utf8.json", [0xEF, 0xBB, 0xBF, .. "{ \"Prompts\": { \"Texts\": [ \"caf\u00e9\" ] } }"u8]);
        Assert.Equal(["caf\u00e9"], Texts(Read("utf8.json")));
    }

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.Contains("missing.json", Assert.ThrowsAny<IOException>(() => Read("none.json", "-s", _folder["missing.json"])).Message, StringComparison.Ordinal);

    [Fact]
    public void Negative_numbers_and_switches_are_understood()
    {
        Assert.Equal(-12.5, Read("none.json", "--Rewards:loudness:Weight", "-12.5").Rewards["loudness"].Weight);
        Assert.Null(Read("none.json", "--Ddpo:PerPromptStatTracking", "false").Ddpo.PerPromptStatTracking);
        Assert.True(Read("none.json", "--overwrite").Checkpoints.Overwrite);
        Assert.False(Read("none.json", "--sampling:overlaprewards", "false").Sampling.OverlapRewards);
        Assert.Null(Read("none.json", "--lora=false").Lora);
    }

    private static IEnumerable<string> Texts(DdpoOptions settings) => settings.Prompts.ToSource().AllPrompts!.Select(prompt => prompt.Text);

    private string Problem(string file, params string[] args)
    {
        var exception = Record.Exception(() => Read(file, args));
        return exception is OptionsValidationException wrong
            ? Assert.Single(wrong.Failures, failure => !failure.Contains("Name the file", StringComparison.Ordinal))
            : Assert.IsType<SettingsException>(exception).Message;
    }

    private DdpoOptions Read(string file, params string[] args)
    {
        var settings = ProgramSettings.Read(
            _folder[file],
            TrainingRun.Settings,
            new Dictionary<string, string>
            {
                ["--prompt"] = "Prompts:Texts",
                ["-p"] = "Prompts:Texts",
                ["--lr"] = "Training:LearningRate",
                ["--epochs"] = "Training:NumEpochs",
                ["--overwrite"] = "Checkpoints:Overwrite",
            },
            args);
        var services = new ServiceCollection();
        RewardKinds.Add(services.AddDdpoAudio(settings.Without()).Configure(options => options.Pipeline.Path = "models/music"));
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptions<DdpoOptions>>().Value;
    }
}
