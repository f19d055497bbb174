using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Ddpo.Audio.Samples;

/// <summary>
/// A program's settings, from weakest to strongest: the class's defaults, <c>appsettings.json</c> beside the program, the file
/// that <c>--settings</c> names, and the command line, where each setting is an option named by its path.
/// </summary>
internal sealed class SettingsCommand<T>
    where T : class, new()
{
    private readonly RootCommand _command;
    private readonly JsonObject _defaults;
    private readonly Dictionary<Setting, Option<string[]>> _options;
    private readonly Option<string?> _file = new("--settings", "-s")
    {
        HelpName = "file",
        Description = "A settings file over appsettings.json: what it has replaces what that has, lists as a whole.",
    };

    /// <param name="description">What the program does.</param>
    /// <param name="aliases">Short names of settings, by path.</param>
    /// <param name="settingsFile">The lowest file, which may be missing; <c>appsettings.json</c> beside the program by default.</param>
    public SettingsCommand(string description, IReadOnlyDictionary<string, string[]> aliases, string? settingsFile = null)
    {
        settingsFile ??= Path.Combine(AppContext.BaseDirectory, "appsettings.json");
        _defaults = File.Exists(settingsFile) ? SettingsJson.ReadFile<T>(settingsFile) : SettingsJson.Empty();
        var (builtIn, shipped) = (new T(), SettingsJson.To<T>(_defaults));
        _options = SettingTree.Leaves(typeof(T)).ToDictionary(
            setting => setting,
            setting => OptionOf(setting, aliases.GetValueOrDefault(setting.Path, []), setting.ValueIn(builtIn), setting.ValueIn(shipped)));
        _command = new RootCommand(description) { _file };
        foreach (var option in _options.Values)
        {
            _command.Options.Add(option);
        }
    }

    /// <inheritdoc cref="RunAsync(string[], string, IReadOnlyDictionary{string, string[]}, Func{T, CancellationToken, Task{int}})"/>
    public static Task<int> RunAsync(
        string[] args, string description, IReadOnlyDictionary<string, string[]> aliases, Func<T, CancellationToken, Task> run) =>
        RunAsync(args, description, aliases, async (settings, cancellationToken) =>
        {
            await run(settings, cancellationToken);
            return 0;
        });

    /// <summary>Runs the program with the settings that <paramref name="args"/> ask for, or answers with help.</summary>
    /// <returns>The program's exit code.</returns>
    public static Task<int> RunAsync(
        string[] args, string description, IReadOnlyDictionary<string, string[]> aliases, Func<T, CancellationToken, Task<int>> run) =>
        ExitCode.OfAsync(async cancellationToken =>
        {
            var command = new SettingsCommand<T>(description, aliases);
            var result = command.Parse(args);
            if (result.Action is not null)
            {
                return await result.InvokeAsync(cancellationToken: cancellationToken); // help or the version
            }

            return await run(command.Read(result), cancellationToken);
        });

    /// <summary>The settings that <paramref name="args"/> give.</summary>
    public T Read(params string[] args) => Read(Parse(args));

    private ParseResult Parse(string[] args)
    {
        var result = _command.Parse([.. args.SelectMany(Canonical)]);
        return result.Errors is [var error, ..] ? throw new SettingsException($"{error.Message} See --help.") : result;
    }

    private T Read(ParseResult result)
    {
        var settings = (JsonObject)_defaults.DeepClone();
        if (result.GetValue(_file) is { } file)
        {
            SettingsJson.Merge(settings, SettingsJson.ReadFile<T>(Assets.Find(file)));
        }

        var given = SettingsJson.Empty();
        foreach (var (setting, option) in _options)
        {
            if (result.GetResult(option) is { Implicit: false } && result.GetValue(option) is { } values)
            {
                Set(given, setting, values);
            }
        }

        SettingsJson.Merge(settings, given);
        return SettingsJson.To<T>(settings);
    }

    // Options are found whatever the case, as names in a settings file are. Name and value are parted here, because
    // System.CommandLine would part them at the colon of a path.
    private string[] Canonical(string argument)
    {
        if (!argument.StartsWith("--", StringComparison.Ordinal) || argument.Length == 2)
        {
            return [argument];
        }

        var parts = argument.Split('=', 2);
        var names = _command.Options.SelectMany(option => option.Aliases.Append(option.Name)).Where(name => name.StartsWith("--", StringComparison.Ordinal));
        var known = names.FirstOrDefault(name => name.Equals(parts[0], StringComparison.OrdinalIgnoreCase));
        return known is not null ? [known, .. parts[1..]] : throw new SettingsException(
            $"There is no option {parts[0]}. {UnknownSettings.Nearest(parts[0], names)} See --help.");
    }

    private static Option<string[]> OptionOf(Setting setting, string[] aliases, object? builtIn, object? shipped)
    {
        var description = Summaries.Of(setting.Property);
        if (setting.Type.IsDefined(typeof(FlagsAttribute), false))
        {
            description += $" Any of {string.Join(", ", Enum.GetNames(setting.Type))}.";
        }

        if (!setting.IsPart && Text(shipped) is var text && text != Text(builtIn))
        {
            description += $" [appsettings.json: {text}]";
        }

        var isMany = setting.IsList || setting.Type.IsAssignableTo(typeof(System.Collections.IDictionary));
        return new Option<string[]>("--" + setting.Path, aliases)
        {
            Description = description,
            HelpName = setting.Type switch
            {
                _ when setting.IsPart => "on|off",
                { IsEnum: true } kind when kind.IsDefined(typeof(FlagsAttribute), false) => "name,name...",
                { IsEnum: true } kind => string.Join('|', Enum.GetNames(kind)),
                _ when setting.Type == typeof(bool) => "true|false",
                _ when setting.Type == typeof(TimeSpan) => "seconds",
                { IsPrimitive: true } => "number",
                _ when setting.IsList => "text...",
                _ when isMany => "name=word,word...",
                _ => "text",
            },
            Arity = isMany ? ArgumentArity.OneOrMore : setting.Type == typeof(bool) ? ArgumentArity.ZeroOrOne : ArgumentArity.ExactlyOne,
            AllowMultipleArgumentsPerToken = isMany,
            CustomParser = result => [.. result.Tokens.Select(token => token.Value)],
        };
    }

    private static void Set(JsonObject settings, Setting setting, string[] values)
    {
        var names = setting.Path.Split(':');
        foreach (var name in names[..^1])
        {
            settings = settings[name] as JsonObject ?? (JsonObject)(settings[name] = SettingsJson.Empty());
        }

        settings[names[^1]] = setting.Type switch
        {
            _ when setting.IsPart => values[0] switch
            {
                "off" => null,
                "on" => SettingsJson.Empty(),
                var other => throw new SettingsException($"--{setting.Path} expects on or off, found '{other}'."),
            },
            _ when setting.IsList => new JsonArray([.. values.Select(value => JsonValue.Create(value))]),
            var kind when kind.IsAssignableTo(typeof(System.Collections.IDictionary)) => Words(setting, values),
            var kind when kind == typeof(bool) && values is [] => true,
            var kind when kind == typeof(bool) && bool.TryParse(values[0], out var value) => value,
            _ => values[0],
        };
    }

    // instrument=piano,flute
    private static JsonObject Words(Setting setting, string[] values)
    {
        var words = SettingsJson.Empty();
        foreach (var value in values)
        {
            var parts = value.Split('=', 2);
            var isList = setting.Type.GetGenericArguments()[1].IsArray;
            words[parts[0]] = parts.Length < 2 ? throw new SettingsException($"--{setting.Path} expects name=word,word..., found '{value}'.")
                : isList ? new JsonArray([.. parts[1].Split(',').Select(word => JsonValue.Create(word.Trim()))])
                : parts[1];
        }

        return words;
    }

    private static string Text(object? value) => value switch
    {
        null => "none",
        string text => text,
        TimeSpan time => time.TotalSeconds.ToString(CultureInfo.InvariantCulture),
        System.Collections.IDictionary words => string.Join(' ', words.Keys.Cast<object>().Select(key => $"{key}={Text(words[key])}")),
        System.Collections.IEnumerable list => string.Join(", ", list.Cast<object>()),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };
}
