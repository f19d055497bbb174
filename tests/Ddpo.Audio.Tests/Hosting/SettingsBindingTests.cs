using System.ComponentModel;
using System.Reflection;
using Ddpo.Audio.Hosting;
using Ddpo.Audio.Settings;
using Ddpo.Audio.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Ddpo.Audio.Tests.Hosting;

public sealed class SettingsBindingTests
{
    [Fact]
    public void Every_setting_can_be_reached_by_its_key()
    {
        var settings = new Dictionary<string, string>();
        Choose("", new DdpoOptions(), settings);
        Choose("Rewards:energy:", new DdpoRewardOptions(), settings);
        Assert.True(settings.Count > 35, string.Join(", ", settings.Keys));

        var (options, failures) = Bind([.. settings.Select(setting => (setting.Key, (string?)setting.Value))]);

        Assert.Empty(failures);
        var bound = new Dictionary<string, string>();
        Collect("", options, bound);
        Collect("Rewards:energy:", options.Rewards["ENERGY"], bound);
        Assert.Equal(settings.OrderBy(setting => setting.Key), bound.OrderBy(setting => setting.Key));

        var again = new Dictionary<string, string>();
        Collect("", Repeat(options), again);
        Collect("Rewards:energy:", Repeat(options).Rewards["ENERGY"], again);
        Assert.Equal(bound, again);
    }

    [Fact]
    public void A_token_is_no_setting()
    {
        var (_, failures) = Bind([("Pipeline:Hub:Token", "hf_secret")]);
        Assert.Contains("Pipeline:Hub:Token: There is no such setting", Assert.Single(failures), StringComparison.Ordinal);
        Assert.DoesNotContain("hf_secret", SettingsJson.Of(new DdpoOptions { Pipeline = { Hub = { Token = "hf_secret" } } }).ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_written_of_settings_without_values_reads_as_none()
    {
        var options = new DdpoOptions { Lora = null, Ddpo = { PerPromptStatTracking = null }, Prompts = { Texts = [] }, Sampling = { NegativePrompt = "" } };
        var again = Repeat(options);
        Assert.Equal((null, null, null, ""), (again.Lora, again.Ddpo.PerPromptStatTracking, again.Stopping.Guard, again.Sampling.NegativePrompt));
        Assert.Equal((null, null), (again.Seed, again.Checkpoints.Directory));
        Assert.Empty(again.Prompts.Texts!);
        Assert.Equal(SettingsJson.Of(options).ToJsonString(), SettingsJson.Of(again).ToJsonString());
    }

    [Fact]
    public void A_prompt_is_a_text_or_an_object_and_a_list_of_them_may_be_made_of_a_template()
    {
        var services = new ServiceCollection();
        services.AddDdpoAudio(TinyHost.Json(
            """
            { "Ddpo": {
                "Pipeline": { "Path": "models/music" },
                "Prompts": {
                  "Mixture": [
                    { "Texts": [ "a calm piano", { "Text": "a flute", "Negative": "noise", "Metadata": { "emotion": "sad" } } ], "Weight": 3 },
                    { "Template": "{x}", "Words": { "x": [ "techno" ], "y": [ "passed over" ] } }
                  ],
                  "Metadata": { "emotion": "happy", "key": "minor" } },
                "Validation": { "Prompts": { "Template": "a {mood} flute", "Words": { "mood": [ "sad", "happy" ] } } } } }
            """));
        using var provider = services.BuildServiceProvider();
        var options = provider.GetRequiredService<IOptions<DdpoOptions>>().Value;
        foreach (var read in new[] { options, Repeat(options) })
        {
            var prompts = read.Prompts.ToSource().AllPrompts!;
            Assert.Equal(["a calm piano", "a flute", "techno"], prompts.Select(prompt => prompt.Text));
            Assert.Equal([null, "noise", null], prompts.Select(prompt => prompt.NegativeText));
            Assert.Equal(["happy", "sad", "happy"], prompts.Select(prompt => prompt.Metadata["emotion"]));
            Assert.All(prompts, prompt => Assert.Equal("minor", prompt.Metadata["key"]));
            Assert.Equal(["a sad flute", "a happy flute"], read.Validation.Prompts.Select(prompt => prompt.Text));
            Assert.Equal("sad", read.Validation.Prompts[0].Metadata["mood"]);
        }
    }

    [Theory]
    [InlineData("Prompts:Mixture:1:Weight", "0", "Ddpo:Prompts:Mixture:1: No prompts: set one of Texts, File", "Ddpo:Prompts:Mixture:1:Weight: Weight is 0")]
    [InlineData("Prompts:Template", "a {mood}", "Ddpo:Prompts: Expected one of Texts, File, Template and Mixture; found Template, Mixture.")]
    [InlineData("Validation:Prompts:Template", "a {mood}", "Ddpo:Validation:Prompts:Template: The template 'a {mood}' and its words do not match.")]
    [InlineData("Validation:Prompts:Metadata:emotion", "sad", "Ddpo:Validation:Prompts: No prompts: set one of Texts, File")]
    public void Prompts_that_cannot_be_made_are_named_by_their_key(string key, string value, params string[] expected)
    {
        var services = new ServiceCollection();
        services.AddDdpoAudio(new ConfigurationBuilder().AddInMemoryCollection(
        [
            KeyValuePair.Create("Ddpo:Pipeline:Path", (string?)"models/music"), KeyValuePair.Create("Ddpo:Prompts:Mixture:0:Texts:0", (string?)"techno"),
            KeyValuePair.Create("Ddpo:" + key, (string?)value),
        ]).Build().GetSection("Ddpo"));
        using var provider = services.BuildServiceProvider();
        var failures = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IOptions<DdpoOptions>>().Value).Failures.ToList();
        Assert.Equal(expected.Length, failures.Count);
        Assert.All(expected, start => Assert.Single(failures, failure => failure.StartsWith(start, StringComparison.Ordinal)));
    }

    [Fact]
    public void A_reward_that_is_false_is_left_out()
    {
        var services = new ServiceCollection();
        services.AddDdpoAudio(TinyHost.Section(("Rewards:energy", "false"), ("Rewards:energy:Weight", "2"), ("Rewards:unknown", "false")))
            .AddReward(TrainerFixture.Energy).AddReward(RewardFunction.From("other", (_, _) => 1)).AddTraining();
        using var provider = services.BuildServiceProvider();
        _ = provider.GetRequiredService<IOptions<DdpoOptions>>().Value;
        Assert.Equal(["other"], provider.GetRequiredService<DdpoAudioRegistrations>().Rewards.Select(reward => reward.Name));
    }

    [Fact]
    public void Options_of_ones_own_are_read_by_the_same_rules()
    {
        var section = new ConfigurationBuilder().AddInMemoryCollection(
        [
            KeyValuePair.Create("Mine:Name", (string?)"a"), KeyValuePair.Create("Mine:Pause", (string?)"00:00:01"),
            KeyValuePair.Create("Mine:Cuont", (string?)"1"), KeyValuePair.Create("Mine:Pipeline:Device", (string?)"gpu"),
        ]).Build().GetSection("Mine");
        var options = new OwnOptions();
        Assert.Equal(
            ["Mine:Cuont: There is no such setting. Did you mean Mine:Count?", "Mine:Count: Count is 0; expected at least 1.", "Mine:Pipeline:Path", "Mine:Pipeline:Device"],
            Assert.Throws<OptionsValidationException>(() => DdpoConfiguration.Bind(section, options)).Failures
                .Select(failure => failure.Contains("Pipeline", StringComparison.Ordinal) ? failure.Split(": ")[0] : failure));
        Assert.Equal(("a", TimeSpan.FromSeconds(1)), (options.Name, options.Pause));
    }

    private sealed class OwnOptions
    {
        public string Name { get; set; } = "";

        public TimeSpan Pause { get; set; }

        [System.ComponentModel.DataAnnotations.Range(1, int.MaxValue)]
        public int Count { get; set; }

        [ValidateObjectMembers]
        public DdpoPipelineOptions Pipeline { get; set; } = new();
    }

    /// <summary>Options that were written, and read again.</summary>
    private static DdpoOptions Repeat(DdpoOptions options)
    {
        var (again, failures) = (new DdpoOptions(), new List<string>());
        var json = new System.Text.Json.Nodes.JsonObject { ["Ddpo"] = SettingsJson.Of(options) };
        new DdpoAudioRegistrations(TinyHost.Json(json.ToJsonString())).Bind(again, failures);
        Assert.Empty(failures);
        return again;
    }

    [Fact]
    public void Json_reads_as_it_looks()
    {
        var services = new ServiceCollection();
        services.AddDdpoAudio(TinyHost.Json(
            """
            {
              "Ddpo": {
                "Pipeline": { "Path": "models/music", "Device": "cuda:1", "Precision": "BFloat16" },
                "Prompts": { "Template": "a {mood} {instrument}", "Words": { "mood": [ "sad", "happy" ], "instrument": [ "flute" ] } },
                "Lora": { "Rank": 8, "Targets": "FirstAttention, Query" },
                "Sampling": { "Duration": "00:00:07.5", "NegativePrompt": "" },
                "Training": { "LearningRate": 1e-3 },
                "Ddpo": { "PerPromptStatTracking": false },
                "Checkpoints": {},
                "Validation": { "Prompts": [ "a calm piano", "techno" ] },
                "Seed": 18446744073709551615
              }
            }
            """));
        using var provider = services.BuildServiceProvider();
        var options = provider.GetRequiredService<IOptions<DdpoOptions>>().Value;

        Assert.Equal(("models/music", "cuda:1", Precision.BFloat16), (options.Pipeline.Path, options.Pipeline.Device, options.Pipeline.Precision));
        Assert.Equal((8, LoraTargets.FirstAttention | LoraTargets.Query), (options.Lora!.Rank, options.Lora.Targets));
        Assert.Equal(TimeSpan.FromSeconds(7.5), options.Sampling.Duration);
        Assert.Equal((1e-3, null), (options.Training.LearningRate, options.Ddpo.PerPromptStatTracking));
        Assert.Equal(ulong.MaxValue, options.Seed);
        Assert.Equal(["a calm piano", "techno"], options.Validation.Prompts.Select(prompt => prompt.Text));
        Assert.Equal(
            ["a sad flute", "a happy flute"], provider.GetRequiredService<PromptSource>().AllPrompts!.Select(prompt => prompt.Text));
    }

    [Theory]
    [InlineData("Lora", "false", false)]
    [InlineData("Lora", "True", true)]
    public void A_group_that_may_be_absent_is_turned_off_by_false(string key, string value, bool isThere)
    {
        var (options, failures) = Bind((key, value));
        Assert.Empty(failures);
        Assert.Equal(isThere, options.Lora is not null);
    }

    [Theory]
    [InlineData("Sampling:Steps", "20", "no such setting; known here are NumInferenceSteps")]
    [InlineData("Samplng:Eta", "1", "no such setting. Did you mean Ddpo:Sampling?")]
    [InlineData("Rewards:energy:Wieght", "1", "Did you mean Ddpo:Rewards:energy:Weight?")]
    [InlineData("Prompts:Mixture:0:Wieght", "1", "Did you mean Ddpo:Prompts:Mixture:0:Weight?")]
    [InlineData("Rewards:energy", "loud", "true for their defaults, or false for none, found 'loud'")]
    [InlineData("Sampling:BatchSize", "four", "Expected a whole number, found 'four'")]
    [InlineData("Sampling:BatchSize", "4.5", "Expected a whole number, found '4.5'")]
    [InlineData("Sampling:BatchSize", null, "Expected a whole number, found nothing")]
    [InlineData("Sampling:BatchSize", "99999999999", "Expected a whole number, found '99999999999'")]
    [InlineData("Sampling:BatchSize:Most", "4", "Expected a whole number, found further keys")]
    [InlineData("Sampling:BatchSize", "99999999999", "found '99999999999', which is too large.")]
    [InlineData("Sampling:BatchSize", "1,024", "Expected a whole number, found '1,024'")]
    [InlineData("Sampling:BatchSize", "#12", "Expected a whole number, found '#12'")]
    [InlineData("Sampling:BatchSize", "0x10", "Expected a whole number, found '0x10'")]
    [InlineData("Sampling:BatchSize", "4.0", "Expected a whole number, found '4.0'")]
    [InlineData("Sampling:Eta", "1,5", "Expected a number, found '1,5': a point goes before decimals, and nothing between thousands.")]
    [InlineData("Training:LearningRate", "1,000.5", "Expected a number, found '1,000.5'")]
    [InlineData("Training:LearningRate", "1e999", "Expected a number, found '1e999'")]
    [InlineData("Lora:Alpha", "1e39", "Expected a number, found '1e39'")]
    [InlineData("Lora:Alpha", "0,5", "Expected a number, found '0,5'")]
    [InlineData("Sampling:Duration", "0,64", "Expected hours, minutes and seconds, as 00:00:10, found '0,64'.")]
    [InlineData("Sampling:Duration", "00:00:0,64", "as 00:00:10, found '00:00:0,64'.")]
    [InlineData("Sampling:Duration", "0:10", "as 00:00:10, found '0:10'.")]
    [InlineData("Sampling:Duration", "24:00:00", "as 00:00:10, found '24:00:00'.")]
    [InlineData("Sampling:Duration", "00:00:61", "as 00:00:10, found '00:00:61'.")]
    [InlineData("Pipeline:Precision", "Float32,BFloat16", "Expected one of Float32, BFloat16, Float16, found 'Float32,BFloat16'.")]
    [InlineData("Prompts:Words:mood:0", null, "Expected a text, found null.")]
    [InlineData("Prompts:Metadata:emotion", null, "Expected a text, found null.")]
    [InlineData("Sampling:Duration", "10", "Expected hours, minutes and seconds, as 00:00:10, found '10', which would be days")]
    [InlineData("Sampling", "fast", "Expected settings; found 'fast'")]
    [InlineData("Ddpo:ClassifierFreeGuidance", "yes", "Expected true or false, found 'yes'")]
    [InlineData("Pipeline:Precision", "Half", "Expected one of Float32, BFloat16, Float16, found 'Half'")]
    [InlineData("Prompts:Texts", "a calm piano", "Expected a list, found 'a calm piano'")]
    [InlineData("Lora", null, "true for their defaults, or false for none")]
    [InlineData("Lora", "rank 4", "found 'rank 4'")]
    [InlineData("Seed", "-1", "Expected a whole number from 0 up, found '-1'")]
    public void A_key_that_cannot_be_read_is_named(string key, string? value, string expected)
    {
        var (_, failures) = Bind((key, value), ("Training:NumEpochs", "7"));
        var failure = Assert.Single(failures);
        Assert.StartsWith($"Ddpo:{key.Replace(":Most", "", StringComparison.Ordinal).Replace("Samplng:Eta", "Samplng", StringComparison.Ordinal)}: ", failure, StringComparison.Ordinal);
        Assert.Contains(expected, failure, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_values_are_read_although_one_cannot_be()
    {
        var (options, failures) = Bind(("Sampling:BatchSize", "four"), ("Sampling:Eta", "0.5"), ("Training:NumEpochs", "7"));
        Assert.Single(failures);
        Assert.Equal((8, 0.5, 7), (options.Sampling.BatchSize, options.Sampling.Eta, options.Training.NumEpochs));
    }

    private static (DdpoOptions Options, List<string> Failures) Bind(params (string Key, string? Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create("Ddpo:" + setting.Key, setting.Value))).Build();
        var (options, failures) = (new DdpoOptions(), new List<string>());
        new DdpoAudioRegistrations(configuration.GetSection("Ddpo")).Bind(options, failures);
        return (options, failures);
    }

    /// <summary>Chooses a value that is not the default for each property, at any depth.</summary>
    private static void Choose(string prefix, object options, Dictionary<string, string> settings)
    {
        foreach (var (property, plain) in PropertiesOf(options))
        {
            var value = property.GetValue(options);
            var key = prefix + property.Name;
            switch (plain)
            {
                case var type when type == typeof(string[]):
                    settings[key + ":0"] = "word";
                    break;
                case var type when type == typeof(IReadOnlyList<Prompt>):
                    settings[key + ":0"] = "a prompt";
                    break;
                case var type when type == typeof(DdpoPromptOptions[]):
                    settings[key + ":0:File"] = "of a mixture";
                    break;
                case var type when type == typeof(Dictionary<string, string>):
                    settings[key + ":emotion"] = "sad";
                    break;
                case var type when type == typeof(Dictionary<string, string[]>):
                    settings[key + ":place:0"] = "word";
                    break;
                case { IsValueType: false } type when type != typeof(string):
                    Choose(key + ":", value ?? Activator.CreateInstance(type)!, settings);
                    break;
                default:
                    settings[key] = plain switch
                    {
                        { IsEnum: true } => Enum.GetValues(plain).Cast<object>().First(other => !other.Equals(value)).ToString()!,
                        var type when type == typeof(bool) => (value is not true).ToString(),
                        var type when type == typeof(string) => "of " + property.Name,
                        var type when type == typeof(TimeSpan) => "00:01:30",
                        var type when type == typeof(int) || type == typeof(ulong) => "77",
                        _ => "0.125",
                    };
                    break;
            }
        }
    }

    private static void Collect(string prefix, object options, Dictionary<string, string> settings)
    {
        foreach (var (property, plain) in PropertiesOf(options))
        {
            var key = prefix + property.Name;
            switch (property.GetValue(options))
            {
                case string[] list:
                    settings[key + ":0"] = Assert.Single(list);
                    break;
                case IReadOnlyList<Prompt> prompts:
                    settings[key + ":0"] = Assert.Single(prompts).Text;
                    break;
                case DdpoPromptOptions[] parts:
                    settings[key + ":0:File"] = Assert.Single(parts).File!;
                    break;
                case Dictionary<string, string> facts:
                    settings[key + ":emotion"] = facts["emotion"];
                    break;
                case Dictionary<string, string[]> words:
                    settings[key + ":place:0"] = Assert.Single(words["place"]);
                    break;
                case { } group when !plain.IsValueType && plain != typeof(string):
                    Collect(key + ":", group, settings);
                    break;
                case { } value:
                    settings[key] = TypeDescriptor.GetConverter(plain).ConvertToInvariantString(value)!;
                    break;
            }
        }
    }

    // Who is told of downloads, and the token, are for code.
    private static IEnumerable<(PropertyInfo Property, Type Plain)> PropertiesOf(object options) => options.GetType().GetProperties()
        .Where(property => property.SetMethod is { IsPublic: true } && property.Name is not (nameof(HubOptions.Progress) or nameof(HubOptions.Token)))
        .Select(property => (property, Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType));
}
