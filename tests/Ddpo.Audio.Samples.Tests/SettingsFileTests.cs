using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Samples.Tests;

/// <summary>How settings files and the command line go together.</summary>
public sealed class SettingsFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_is_laid_over_the_defaults_and_options_over_the_file()
    {
        _folder.Write("base.json", """{ "Training": { "LearningRate": 1e-3 }, "Ddpo": { "ClipRange": 0.5 }, "Seed": 1 }""");
        _folder.Write("over.json", """{ "training": { "learningrate": 2e-3 }, "Seed": 2 } // any case, and comments""");

        var settings = Read("base.json", "--settings", _folder["over.json"], "--seed=3");

        Assert.Equal(2e-3, settings.Training.LearningRate);
        Assert.Equal(0.5, settings.Ddpo.ClipRange);
        Assert.Equal(3ul, settings.Seed);
        Assert.Equal(new DdpoAlgorithmOptions().AdvantageClip, settings.Ddpo.AdvantageClip);
    }

    [Fact]
    public void Lists_are_replaced_as_a_whole_and_one_source_of_prompts_by_another()
    {
        _folder.Write("base.json", """{ "Prompts": { "List": [ "a", "b", "c" ] } }""");
        _folder.Write("over.json", """{ "Prompts": { "Template": "{x}", "Words": { "x": [ "d" ] } } }""");

        Assert.Equal(["z"], Texts(Read("base.json", "--prompt", "z")));
        Assert.Equal(["y", "z"], Texts(Read("base.json", "--prompt", "y", "z")));
        Assert.Equal(["d"], Texts(Read("base.json", "-s", _folder["over.json"])));
        Assert.Equal(["e", "f"], Texts(Read("over.json", "--Prompts:Words", "x=e,f")));
        Assert.Equal(["z"], Texts(Read("over.json", "-p", "z")));
    }

    [Fact]
    public void What_a_run_writes_repeats_it()
    {
        _folder.Write("base.json", """
            {
              "Sampling": { "Duration": 2.56 }, "Ddpo": { "PerPromptStatTracking": null }, "Lora": { "Targets": "Attentions, Query" },
              "Seed": 18446744073709551615, "Prompts": { "Mixture": [ { "List": [ "a" ], "Weight": 3, "Metadata": { "emotion": "sad" } } ] }
            }
            """);
        var written = SettingsJson.Write(Read("base.json"));
        _folder.Write("again.json", written);

        var again = Read("again.json");
        Assert.Equal(written, SettingsJson.Write(again));
        Assert.Equal(TimeSpan.FromSeconds(2.56), again.Sampling.Duration);
        Assert.Null(again.Ddpo.PerPromptStatTracking);
        Assert.Equal(LoraTargets.Attentions | LoraTargets.Query, again.Lora.Targets);
        Assert.Equal(ulong.MaxValue, again.Seed);
        Assert.Equal("sad", again.Prompts.ToList("Prompts").Single().Metadata["emotion"]);
    }

    [Theory]
    [InlineData("""{ "Training": { "LerningRate": 1 } }""", "Training:LerningRate, which does not exist. Did you mean Training:LearningRate?")]
    [InlineData("""{ "Evalution": { } }""", "Did you mean Evaluation?")]
    [InlineData("""{ "Prompts": { "Mixture": [ { "Wieght": 1 } ] } }""", "Did you mean Prompts:Mixture:Weight?")]
    [InlineData("""{ "Rewards": { "Clap": { "Options": { "Kropp": "Start" } } } }""", "Did you mean Rewards:Clap:Options:Crop?")]
    [InlineData("""{ "Training": { "LearningRate": "fast" } }""", "Training:LearningRate has a value of the wrong kind. Expected a number.")]
    [InlineData("""{ "Precision": "Float8" }""", "Precision has a value of the wrong kind. Expected one of Float32, BFloat16, Float16.")]
    [InlineData("""{ "UseLora": 3 }""", "Expected true or false.")]
    [InlineData("""{ "Sampling": { "Duration": "long" } }""", "Expected a number of seconds.")]
    [InlineData("""{ "Seed": 1, "seed": 2 }""", "sets a name twice")]
    [InlineData("""{ "Seed": """, "is not valid JSON")]
    [InlineData("[]", "expected a JSON object")]
    public void A_wrong_file_is_explained(string text, string expected)
    {
        _folder.Write("wrong.json", text);
        Assert.Contains(expected, Assert.Throws<SettingsException>(() => Read("wrong.json")).Message, StringComparison.Ordinal);
        Assert.Contains(expected, Assert.Throws<SettingsException>(() => Read("none.json", "-s", _folder["wrong.json"])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Did you mean --Training:LearningRate?", "--Training:LerningRate", "1")]
    [InlineData("Did you mean --epochs?", "--epoch", "1")]
    [InlineData("Expected a number", "--lr", "fast")]
    [InlineData("Expected one of Start", "--Rewards:Clap:Options:Crop", "sideways")]
    [InlineData("expects on or off", "--Ddpo:PerPromptStatTracking", "maybe")]
    [InlineData("expects name=word", "--Prompts:Words", "piano")]
    [InlineData("stray", "stray")]
    [InlineData("--Seed", "--seed")]
    public void A_wrong_command_line_is_explained(string expected, params string[] args) =>
        Assert.Contains(expected, Assert.Throws<SettingsException>(() => Read("none.json", args)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.Contains("missing.json", Assert.ThrowsAny<IOException>(() => Read("none.json", "-s", _folder["missing.json"])).Message, StringComparison.Ordinal);

    [Fact]
    public void Negative_numbers_and_part_switches_are_understood()
    {
        Assert.Equal(-12.5, Read("none.json", "--Rewards:Loudness:TargetDecibels", "-12.5").Rewards.Loudness.TargetDecibels);
        Assert.Null(Read("none.json", "--Ddpo:PerPromptStatTracking", "off").Ddpo.PerPromptStatTracking);
        Assert.True(Read("none.json", "--overwrite").Checkpoints.Overwrite);
        Assert.False(Read("none.json", "--uselora", "false").UseLora);
    }

    [Fact]
    public void A_prompt_is_a_text_or_an_object_and_is_written_as_it_was_read()
    {
        var file = _folder.Write("prompts.json", """
            { "Validation": { "Prompts": [ "a calm piano", { "text": "a happy flute", "negative": "noise", "metadata": { "quadrant": "Q1" } } ] } }
            """);
        var settings = Read("none.json", "-s", file);
        foreach (var prompts in new[] { settings.Validation.Prompts, Read("none.json", "-s", _folder.Write("again.json", SettingsJson.Write(settings))).Validation.Prompts })
        {
            Assert.Equal(["a calm piano", "a happy flute"], prompts.Select(prompt => prompt.Text));
            Assert.Equal([null, "noise"], prompts.Select(prompt => prompt.NegativeText));
            Assert.Equal("Q1", prompts[1].Metadata["quadrant"]);
        }
    }

    private static IEnumerable<string> Texts(TrainSettings settings) => settings.Prompts.ToList("Prompts").Select(prompt => prompt.Text);

    private TrainSettings Read(string file, params string[] args) => new SettingsCommand<TrainSettings>(
        "",
        new Dictionary<string, string[]>
        {
            ["Prompts:List"] = ["--prompt", "-p"],
            ["Training:LearningRate"] = ["--lr"],
            ["Training:NumEpochs"] = ["--epochs"],
            ["Checkpoints:Overwrite"] = ["--overwrite"],
        },
        _folder[file]).Read(args);
}
