using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;

namespace Ddpo.Audio.Samples;

/// <summary>A program's settings as they were given, all layers together.</summary>
internal sealed class ProgramSettings(JsonObject json)
{
    /// <summary>Runs a program with the settings that <paramref name="args"/> ask for, or answers with help.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="description">What the program does.</param>
    /// <param name="examples">Options of commands that show it at work, with what they do.</param>
    /// <param name="known">The settings that there are.</param>
    /// <param name="shortOptions">Short names of options, with the keys that they stand for.</param>
    /// <param name="run">The program; returns its exit code.</param>
    public static Task<int> RunAsync(
        string[] args,
        string description,
        IReadOnlyList<(string Options, string Text)> examples,
        IReadOnlyList<Setting> known,
        IReadOnlyDictionary<string, string> shortOptions,
        Func<ProgramSettings, ICollective, CancellationToken, Task<int>> run) => ExitCode.OfAsync(async (collective, cancellationToken) =>
    {
        var shipped = Path.Combine(AppContext.BaseDirectory, "appsettings.json");
        if (!new CommandLine(known, shortOptions).Read(args).AsksForHelp)
        {
            return await run(Read(shipped, known, shortOptions, args), collective, cancellationToken);
        }

        if (collective.Rank > 0)
        {
            return 0;
        }

        var command = $"dotnet run -c Release --project samples/{AppDomain.CurrentDomain.FriendlyName}";
        new Help(
            description,
            "Settings come from appsettings.json beside the program, the files of --settings, environment variables such as "
            + $"DDPO_{known.First(setting => setting.Path.Contains(':', StringComparison.Ordinal)).Path.Replace(":", "__", StringComparison.Ordinal)}, and options; the last one wins. What a file has replaces what is below it, lists as a whole.",
            [("--settings, -s <file>", "A settings file over appsettings.json. May be given several times.")],
            [.. examples.Select(example => (example.Options.Length == 0 ? command : $"{command} -- {example.Options}", example.Text))])
            .Write(Console.Out, WrappedText.TerminalWidth, known, shortOptions, File.Exists(shipped) ? SettingLayers.ReadFile(shipped) : []);
        return 0;
    });

    /// <summary>Reads all layers: the lowest file, which may be missing, those that the command line names, the environment, and options.</summary>
    public static ProgramSettings Read(
        string lowest, IReadOnlyList<Setting> known, IReadOnlyDictionary<string, string> shortOptions, params string[] args)
    {
        var commandLine = new CommandLine(known, shortOptions).Read(args);
        var settings = File.Exists(lowest) ? SettingLayers.ReadFile(lowest) : [];
        foreach (var layer in commandLine.Files.Select(file => SettingLayers.ReadFile(Assets.Find(file)))
            .Append(SettingLayers.ReadEnvironment(known)).Append(commandLine.Settings))
        {
            SettingLayers.Merge(settings, layer);
        }

        return new ProgramSettings(settings);
    }

    /// <summary>The settings as configuration, without some sections.</summary>
    public IConfiguration Without(params string[] sections)
    {
        var rest = (JsonObject)json.DeepClone();
        Array.ForEach(sections, section => rest.Remove(section));
        return Of(rest);
    }

    /// <summary>The settings as configuration, only one section of them.</summary>
    public IConfiguration Only(string section) => Of(json[section] is { } node ? new JsonObject { [section] = node.DeepClone() } : []);

    /// <summary>Writes the settings to a file, with others that were found out.</summary>
    public Task WriteAsync(string path, string name, JsonNode? value, CancellationToken cancellationToken)
    {
        var all = (JsonObject)json.DeepClone();
        all[name] = value;
        return File.WriteAllTextAsync(path, all.ToJsonString(new() { WriteIndented = true }), cancellationToken);
    }

    private static IConfigurationRoot Of(JsonObject settings)
    {
        try
        {
            return new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(settings.ToJsonString()))).Build();
        }
        catch (FormatException exception)
        {
            // A name with colons is another spelling of a setting in a group.
            throw new SettingsException($"A setting is given in two spellings: {exception.Message} Keep one.", exception);
        }
    }
}
