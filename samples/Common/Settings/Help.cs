using System.Collections;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Ddpo.Audio.Samples;

/// <summary>Writes what a program can be told.</summary>
internal static class Help
{
    /// <summary>Writes the options, each with its summary, and what it is when it is not given.</summary>
    public static void Write(TextWriter output, string description, IReadOnlyList<Setting> known, IReadOnlyDictionary<string, string> shortOptions, JsonObject shipped)
    {
        output.WriteLine($"""
            {description}

            Settings come from appsettings.json beside the program, the files of --settings, environment variables such as DDPO_Sampling__Eta,
            and options; the last one wins. What a file has replaces what is below it, lists as a whole.

              --settings, -s <file>   A settings file over appsettings.json. May be given several times.
              --help, -h              This text.

            """);
        foreach (var setting in known)
        {
            var names = shortOptions.Where(option => option.Value == setting.Path).Select(option => option.Key).Prepend("--" + setting.Path);
            output.WriteLine($"  {string.Join(", ", names)}{Kind(setting)}");
            output.WriteLine($"      {Summaries.Of(setting.Property)}{Values(setting, shipped)}");
        }
    }

    private static string Kind(Setting setting) => setting.Type switch
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

    private static string Values(Setting setting, JsonObject shipped)
    {
        var byDefault = setting.Default switch
        {
            null or "" or IEnumerable and not string => "",
            bool isOn => isOn ? " [default: true]" : " [default: false]",
            _ when setting.IsSwitch => " [default: true]",
            var value => $" [default: {Convert.ToString(value, CultureInfo.InvariantCulture)}]",
        };
        JsonNode? given = shipped;
        foreach (var name in setting.Path.Split(':'))
        {
            given = (given as JsonObject)?[name];
        }

        return byDefault + (given is null or JsonObject ? "" : $" [appsettings.json: {given.ToJsonString()}]");
    }
}
