using System.Globalization;
using System.Text.Json.Nodes;

namespace Ddpo.Audio.Samples.Tests;

/// <summary>Everything that the library can be told can be told to the samples.</summary>
public sealed class SettingsReachTests
{
    private static readonly IReadOnlyList<Setting> s_generate = [.. SettingTree.Of(new GenerateSettings())];

    [Fact]
    public void Every_option_that_the_builder_takes_is_a_setting_of_training()
    {
        var options = typeof(DdpoTrainerBuilder).GetMethods()
            .SelectMany(method => method.GetParameters())
            .Where(parameter => parameter.ParameterType.IsGenericType && parameter.ParameterType.GetGenericTypeDefinition() == typeof(Action<>))
            .Select(parameter => parameter.ParameterType.GetGenericArguments()[0])
            .Distinct().ToArray();

        Assert.Contains(typeof(TrainingOptions), options);
        Assert.All(options, type => Assert.All(Settable(type), name => Assert.True(
            TrainingRun.Settings.Any(setting => IsOf(setting, type, name)), $"{type.Name}.{name}")));
    }

    [Fact]
    public void Every_option_of_the_pipeline_and_of_a_request_is_a_setting_of_generating()
    {
        var names = s_generate.Select(setting => setting.Property.Name).ToArray();

        Assert.Empty(Settable(typeof(AudioLdm2PipelineOptions)).Except(names));
        Assert.Empty(Settable(typeof(AudioRequest)).Except(["Prompts", "GuidanceInterval"]).Except(names));
        Assert.Contains(s_generate, setting => setting.Path == "Prompts:Texts");
        Assert.Contains(s_generate, setting => setting.Path == "GuidanceInterval:Highest");
        Assert.Empty(Settable(typeof(AudioLdm2PipelineOptions)).Except(TrainingRun.Settings.Select(setting => setting.Property.Name)));
    }

    [Fact]
    public void Every_option_of_the_rewards_is_a_setting()
    {
        foreach (var (name, type) in new[] { ("clap_score", typeof(Rewards.ClapRewardOptions)), ("emo_score", typeof(Rewards.EmopiaRewardOptions)) })
        {
            Assert.Equal(
                Settable(type).Except(["Name"]).Concat(Settable(typeof(DdpoRewardOptions))).Append("IsOn").Order(StringComparer.Ordinal),
                TrainingRun.Settings.Where(setting => (setting.Path + ":").StartsWith($"Rewards:{name}:", StringComparison.Ordinal))
                    .Where(setting => setting.Property.ReflectedType != typeof(DdpoPromptOptions)) // where a list of prompts comes from
                    .Select(setting => setting.Property.Name).Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public void Every_setting_can_be_given_on_the_command_line()
    {
        Assert.All(s_generate, setting => Check(setting, new GenerateSettings()));
        Assert.All(SettingTree.Of(new DdpoOptions()), setting => Check(setting, new DdpoOptions()));
    }

    [Fact]
    public void Every_setting_has_a_summary_for_the_help() => Assert.All(TrainingRun.Settings.Concat(s_generate), setting =>
        Assert.True(Summaries.Of(setting.Property) is { Length: > 10 } summary && !summary.Contains('<', StringComparison.Ordinal), setting.Path));

    // A section that is always there is no setting itself, but what is in it is.
    private static bool IsOf(Setting setting, Type type, string name) =>
        (setting.Property.ReflectedType == type && setting.Property.Name == name) || setting.Path.Contains($":{name}:", StringComparison.Ordinal);

    /// <summary>Another value than the one by default arrives, and is the only thing that is set.</summary>
    private static void Check(Setting setting, object options)
    {
        var (key, text, expected) = Example(setting);
        var given = new CommandLine([setting], new Dictionary<string, string>()).Read(["--" + key.ToUpperInvariant(), text]).Settings;
        JsonNode? value = given;
        foreach (var name in key.Split(':'))
        {
            value = value![name];
        }

        Assert.Equal(text, value is JsonArray list ? Assert.Single(list)!.ToString() : value!.ToString());
        if (setting.Path.Contains(":Prompts:", StringComparison.Ordinal) || setting.Path.EndsWith("Prompts:Mixture", StringComparison.Ordinal))
        {
            return; // part of what makes a list, which other tests make
        }

        var bound = Bind(options, given);
        foreach (var name in setting.Path.Split(':'))
        {
            bound = bound?.GetType().GetProperty(name)!.GetValue(bound);
        }

        Assert.NotEqual(setting.Default, expected);
        if (SettingTree.IsGroup(setting.Type))
        {
            Assert.Equal(expected is null, bound is null);
            return;
        }

        Assert.Equal(expected, bound is IReadOnlyList<Prompt> prompts ? prompts.Select(prompt => prompt.Text).ToArray() : bound);
    }

    // Its limits are not what is looked at here.
    private static object? Bind(object options, JsonObject given)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, given.ToJsonString());
            DdpoConfiguration.Bind(ProgramSettings.Read(file, [], new Dictionary<string, string>()).Without(), options);
        }
        catch (Microsoft.Extensions.Options.OptionsValidationException exception)
        {
            Assert.DoesNotContain(exception.Failures, failure => failure.Contains("no such setting", StringComparison.Ordinal));
        }
        finally
        {
            File.Delete(file);
        }

        return options;
    }

    private static (string Key, string Text, object? Value) Example(Setting setting) => setting.Type switch
    {
        _ when SettingTree.IsGroup(setting.Type) =>
            setting.Default is null ? (setting.Path, "true", Activator.CreateInstance(setting.Type)) : (setting.Path, "false", null),
        var type when type == typeof(string) => (setting.Path, "7 words", "7 words"),
        _ when setting.IsList => (setting.Path, "7 words", new[] { "7 words" }),
        var type when type == typeof(bool) => (setting.Path, setting.Default is true ? "false" : "true", setting.Default is not true),
        var type when type == typeof(TimeSpan) => (setting.Path, "00:00:00.75", TimeSpan.FromSeconds(0.75)),
        { IsEnum: true } type => Enum.GetValues(type).Cast<object>().Where(value => !value.Equals(setting.Default))
            .Select(value => (setting.Path, value.ToString()!, value)).First(),
        { IsPrimitive: true } type => (setting.Path, "77", Convert.ChangeType(77, type, CultureInfo.InvariantCulture)),
        var type when type == typeof(Dictionary<string, string>) => (setting.Path + ":A", "b", new Dictionary<string, string> { ["A"] = "b" }),
        _ => (setting.Path + ":A", "b", new Dictionary<string, string[]> { ["A"] = ["b"] }),
    };

    // A logger is for the program to make, progress to show, and a token is in no file. Of the hub's options, which are always there, each is a setting.
    private static string[] Settable(Type type) => [.. type.GetProperties()
        .Where(property => property.SetMethod is { IsPublic: true } && property.Name is not ("LoggerFactory" or "Progress" or "Token"))
        .SelectMany(property => property.PropertyType == typeof(HubOptions) ? Settable(typeof(HubOptions)) : [property.Name])];
}
