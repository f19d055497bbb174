using System.Collections;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Ddpo.Audio.Samples;

/// <summary>What a program says of itself when it is asked for help.</summary>
/// <param name="Description">What it does.</param>
/// <param name="Sources">Where its settings come from.</param>
/// <param name="Options">Options that are no settings, with what they do.</param>
/// <param name="Examples">Commands, with what they do.</param>
internal sealed record Help(
    string Description, string Sources, IReadOnlyList<(string Names, string Text)> Options, IReadOnlyList<(string Command, string Text)> Examples)
{
    /// <summary>The group of what is in no group.</summary>
    public const string Others = "Settings";

    /// <summary>Writes it: the options by group, each with its summary, and what it is when it is not given; then the examples.</summary>
    public void Write(TextWriter output, int width, IReadOnlyList<Setting> known, IReadOnlyDictionary<string, string> shortOptions, JsonObject shipped)
    {
        var text = new WrappedText(output, width);
        text.Write(Description);
        output.WriteLine();
        text.Write(Sources);
        Group(output, "General");
        foreach (var (names, what) in Options.Append(("--help, -h", "This text.")))
        {
            Entry(text, names, what);
        }

        foreach (var group in known.GroupBy(GroupOf).OrderByDescending(group => group.Key == Others))
        {
            Group(output, group.Key);
            foreach (var setting in group)
            {
                var names = shortOptions.Where(option => option.Value == setting.Path).Select(option => option.Key).Prepend("--" + setting.Path);
                Entry(text, string.Join(", ", names) + Kind(setting), Summaries.Of(setting.Property) + Values(setting, shipped));
            }
        }

        Group(output, "Examples");
        foreach (var (command, what) in Examples)
        {
            text.WriteCommand(command, indent: 2);
            text.Write(what, indent: 6);
        }
    }

    private static void Group(TextWriter output, string title)
    {
        output.WriteLine();
        output.WriteLine($"{title}:");
    }

    private static void Entry(WrappedText text, string names, string summary)
    {
        text.Write(names, indent: 2, hanging: 6);
        text.Write(summary, indent: 6);
    }

    /// <summary>What a setting stands below: each of the things with names, such as a reward, has a group of its own.</summary>
    public static string GroupOf(Setting setting) => setting.Path.Split(':') switch
    {
        [_] when !setting.IsSwitch || setting.Type == typeof(bool) => Others,
        ["Rewards" or "Studio" or "Ddpo", var name, _, ..] => $"{setting.Path.Split(':')[0]}:{name}",
        ["Rewards", var name] => $"Rewards:{name}",
        [var name, ..] => name,
        _ => Others,
    };

    /// <summary>What a value of a setting looks like.</summary>
    public static string Kind(Setting setting) => setting.Type switch
    {
        _ when setting.IsSwitch => " [true|false]",
        _ when setting.IsList => " <text> ...",
        _ when setting.IsDictionary => ":<name> <text> ...",
        { IsEnum: true } type when type.IsDefined(typeof(FlagsAttribute), false) => $" <{string.Join(", ", Enum.GetNames(type))}>",
        { IsEnum: true } type => $" <{string.Join('|', Enum.GetNames(type))}>",
        var type when type == typeof(TimeSpan) => " <00:00:10>",
        { IsPrimitive: true } => " <number>",
        _ => " <text>",
    };

    /// <summary>A setting's value when nobody sets it; empty for none.</summary>
    public static string DefaultOf(Setting setting) => setting.Default switch
    {
        null or "" or IEnumerable and not string => "",
        bool isOn => isOn ? "true" : "false",
        _ when setting.IsSwitch => "true",
        var value => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string Values(Setting setting, JsonObject shipped)
    {
        var byDefault = Summaries.Of(setting.Property).Contains("default", StringComparison.OrdinalIgnoreCase) ? "" : DefaultOf(setting); // where the summary does not say it
        JsonNode? given = shipped;
        foreach (var name in setting.Path.Split(':'))
        {
            given = (given as JsonObject)?[name];
        }

        return (byDefault.Length == 0 ? "" : $" [default: {byDefault}]")
            + (given is null or JsonObject || given.ToString() == byDefault ? "" : $" [appsettings.json: {given.ToJsonString()}]");
    }
}
