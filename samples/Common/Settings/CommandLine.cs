using System.Text.Json.Nodes;
using Ddpo.Audio.Settings;

namespace Ddpo.Audio.Samples;

/// <summary>Reads options into settings: <c>--Training:LearningRate 1e-3</c>, <c>--training:learningrate=1e-3</c>, or by a short name.</summary>
/// <param name="known">What there is.</param>
/// <param name="shortOptions">Short names, such as <c>--lr</c>, with the keys that they stand for.</param>
internal sealed class CommandLine(IReadOnlyList<Setting> known, IReadOnlyDictionary<string, string> shortOptions)
{
    private static readonly string[] s_file = ["--settings", "-s"], s_help = ["--help", "-h", "-?"];

    private readonly List<(string Path, JsonNode? Value)> _values = [];

    /// <summary>The files to read, weakest first.</summary>
    public List<string> Files { get; } = [];

    /// <summary>Whether help is asked for.</summary>
    public bool AsksForHelp { get; private set; }

    /// <summary>What the options set.</summary>
    public JsonObject Settings => SettingLayers.Of(_values);

    /// <summary>Reads all options.</summary>
    /// <exception cref="SettingsException">There is no such option, or its value is missing.</exception>
    public CommandLine Read(string[] args)
    {
        var rest = new Queue<string>(args);
        while (rest.TryDequeue(out var argument))
        {
            if (!argument.StartsWith('-'))
            {
                throw new SettingsException($"Expected an option, found '{argument}'. See --help.");
            }

            var parts = argument.Split('=', 2);
            if (s_help.Contains(parts[0]))
            {
                AsksForHelp = true;
            }
            else if (s_file.Contains(parts[0]))
            {
                Files.Add(Value(parts, rest));
            }
            else
            {
                ReadSetting(parts, rest);
            }
        }

        return this;
    }

    private void ReadSetting(string[] parts, Queue<string> rest)
    {
        var path = shortOptions.FirstOrDefault(option => option.Key.Equals(parts[0], CaseOf(parts[0]))).Value ?? parts[0].TrimStart('-');
        var setting = known.FirstOrDefault(setting => setting.Path.Equals(path, StringComparison.OrdinalIgnoreCase));
        var above = setting ?? known.Where(part => (part.IsList || part.IsDictionary) && path.StartsWith(part.Path + ':', StringComparison.OrdinalIgnoreCase)).MaxBy(part => part.Path.Length)
            ?? throw new SettingsException($"There is no option {parts[0]}. {Nearest(parts[0])}See --help.");
        if (setting is { IsSwitch: true })
        {
            var isGiven = parts.Length > 1 || (rest.TryPeek(out var next) && bool.TryParse(next, out _));
            _values.Add((path, isGiven ? Value(parts, rest) : "true"));
        }
        else if (setting is { IsList: true } || (setting is null && IsListOf(above, path)))
        {
            bool IsSame((string Path, JsonNode? Value) value) => value.Path.Equals(path, StringComparison.OrdinalIgnoreCase);
            var texts = _values.LastOrDefault(IsSame).Value as JsonArray ?? [];
            texts.Add(Value(parts, rest));
            while (parts.Length == 1 && rest.TryPeek(out var next) && !IsOption(next))
            {
                texts.Add(rest.Dequeue());
            }

            _values.RemoveAll(IsSame);
            _values.Add((path, texts));
        }
        else
        {
            _values.Add((path, setting is { IsDictionary: true }
                ? throw new SettingsException($"{parts[0]} has values by names: expected for instance {parts[0]}:name value.")
                : Value(parts, rest)));
        }
    }

    // One of the lists of a dictionary, as --Prompts:Words:instrument; not one of its values, as --Prompts:Words:instrument:0.
    private static bool IsListOf(Setting dictionary, string path) =>
        dictionary.IsDictionary && dictionary.Type.GetGenericArguments()[1].IsArray && !path[(dictionary.Path.Length + 1)..].Contains(':', StringComparison.Ordinal);

    // A text that begins with a dash is a value, such as a negative number, unless it is an option.
    private string Value(string[] parts, Queue<string> rest) => parts.Length > 1 ? parts[1]
        : rest.TryPeek(out var next) && !IsOption(next) ? rest.Dequeue()
        : throw new SettingsException($"{parts[0]} needs a value. See --help.");

    private bool IsOption(string text) => text.StartsWith("--", StringComparison.Ordinal)
        || s_file.Concat(s_help).Concat(shortOptions.Keys).Contains(text.Split('=')[0]);

    private static StringComparison CaseOf(string option) =>
        option.StartsWith("--", StringComparison.Ordinal) ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;

    private string Nearest(string option) => NearestName.Of(option, known.Select(setting => "--" + setting.Path).Concat(shortOptions.Keys).Concat(s_file)) is { } near
        ? $"Did you mean {near}? " : "";
}
