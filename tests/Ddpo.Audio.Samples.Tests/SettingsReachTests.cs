using System.Globalization;
using System.Reflection;

namespace Ddpo.Audio.Samples.Tests;

/// <summary>Everything that the library can be told can be told to the samples.</summary>
public sealed class SettingsReachTests
{
    private static readonly Type[] s_settings = [typeof(TrainSettings), typeof(GenerateSettings)];

    [Fact]
    public void Every_option_that_the_builder_takes_is_a_setting_of_training()
    {
        var options = typeof(DdpoTrainerBuilder).GetMethods()
            .SelectMany(method => method.GetParameters())
            .Where(parameter => parameter.ParameterType.IsGenericType && parameter.ParameterType.GetGenericTypeDefinition() == typeof(Action<>))
            .Select(parameter => parameter.ParameterType.GetGenericArguments()[0])
            .Distinct().ToArray();

        Assert.Contains(typeof(TrainingOptions), options);
        Assert.All(options, type => Assert.Contains(SettingTree.Properties(typeof(TrainSettings)), part => part.PropertyType == type));
        Assert.All(options, type => Assert.Equal(Settable(type), Names(type)));
    }

    [Fact]
    public void Every_option_of_the_pipeline_and_of_a_request_is_a_setting_of_generating()
    {
        var names = Names(typeof(GenerateSettings));

        Assert.Empty(Settable(typeof(AudioLdm2PipelineOptions)).Except(names));
        Assert.Empty(Settable(typeof(AudioRequest)).Except(names));
        Assert.Empty(Settable(typeof(AudioLdm2PipelineOptions)).Except(Names(typeof(TrainSettings))));
    }

    [Fact]
    public void Every_option_of_the_rewards_is_a_setting()
    {
        Assert.Equal(Settable(typeof(Rewards.ClapRewardOptions)), Names(typeof(Rewards.ClapRewardOptions)));
        Assert.Equal(Settable(typeof(Rewards.EmopiaRewardOptions)), Names(typeof(Rewards.EmopiaRewardOptions)));
        Assert.Contains(SettingTree.Leaves(typeof(TrainSettings)), setting => setting.Path == "Rewards:Clap:Options:Crop");
        Assert.Contains(SettingTree.Leaves(typeof(TrainSettings)), setting => setting.Path == "Rewards:Emopia:Options:Score");
    }

    [Fact]
    public void Every_setting_can_be_given_on_the_command_line()
    {
        foreach (var type in s_settings)
        {
            GetType().GetMethod(nameof(CheckEverySetting), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(type).Invoke(null, null);
        }
    }

    [Fact]
    public void Every_setting_has_a_summary_for_the_help() => Assert.All(s_settings.SelectMany(type => SettingTree.Leaves(type)), setting =>
        Assert.True(Summaries.Of(setting.Property) is { Length: > 10 } summary && !summary.Contains('<', StringComparison.Ordinal), setting.Path));

    private static void CheckEverySetting<T>()
        where T : class, new()
    {
        foreach (var setting in SettingTree.Leaves(typeof(T)))
        {
            var byDefault = setting.ValueIn(new T());
            var (text, expected) = Example(setting, byDefault);
            var read = new SettingsCommand<T>("", new Dictionary<string, string[]>(), "none.json").Read("--" + setting.Path.ToUpperInvariant(), text);
            Assert.NotEqual(byDefault, expected);
            var value = setting.ValueIn(read);
            Assert.Equal(expected, value is IReadOnlyList<Prompt> prompts ? prompts.Select(prompt => prompt.Text).ToArray() : value);
        }
    }

    // Another value than the one by default.
    private static (string Text, object? Value) Example(Setting setting, object? byDefault) => setting.Type switch
    {
        _ when setting.IsPart => byDefault is null ? ("on", Activator.CreateInstance(setting.Type)) : ("off", null),
        var type when type == typeof(string) => ("7 words", "7 words"),
        _ when setting.IsList => ("7 words", new[] { "7 words" }),
        var type when type == typeof(bool) => byDefault is true ? ("false", false) : ("true", true),
        var type when type == typeof(TimeSpan) => ("0.75", TimeSpan.FromSeconds(0.75)),
        { IsEnum: true } type => Enum.GetValues(type).Cast<object>().Where(value => !value.Equals(byDefault)).Select(value => (value.ToString()!, value)).First(),
        { IsPrimitive: true } type => ("77", Convert.ChangeType(77, type, CultureInfo.InvariantCulture)),
        var type when type == typeof(Dictionary<string, string>) => ("a=b", new Dictionary<string, string> { ["a"] = "b" }),
        _ => ("a=b,c", new Dictionary<string, string[]> { ["a"] = ["b", "c"] }),
    };

    private static string[] Names(Type type) => [.. SettingTree.Properties(type).Select(property => property.Name)];

    // A logger is for the program to make.
    private static string[] Settable(Type type) => [.. type.GetProperties()
        .Where(property => property.SetMethod is { IsPublic: true } && property.Name != "LoggerFactory").Select(property => property.Name)];
}
