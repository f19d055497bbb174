using System.ComponentModel;
using System.Reflection;
using Ddpo.Audio.Hosting;
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
    [InlineData("Samplng:Eta", "1", "no such setting; known here are Pipeline")]
    [InlineData("Rewards:energy:Wieght", "1", "known here are Weight")]
    [InlineData("Sampling:BatchSize", "four", "Expected a whole number, found 'four'")]
    [InlineData("Sampling:BatchSize", "4.5", "Expected a whole number, found '4.5'")]
    [InlineData("Sampling:BatchSize", null, "Expected a whole number, found nothing")]
    [InlineData("Sampling:BatchSize", "99999999999", "Expected a whole number, found '99999999999'")]
    [InlineData("Sampling:BatchSize:Most", "4", "Expected a whole number, found further keys")]
    [InlineData("Sampling:Eta", "1,5", "Expected a number, found '1,5'")]
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
                        var type when type == typeof(bool) => (!(bool)value!).ToString(),
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

    private static IEnumerable<(PropertyInfo Property, Type Plain)> PropertiesOf(object options) => options.GetType().GetProperties()
        .Where(property => property.SetMethod is { IsPublic: true })
        .Select(property => (property, Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType));
}
