using System.Text.Json;
using System.Text.Json.Nodes;
using Ddpo.Audio.Settings;

namespace Ddpo.Audio.Samples;

/// <summary>The command line, which configuration takes as it comes: this says what there is, and what is wrong with it.</summary>
internal static class StudioArguments
{
    // The host's and the server's own.
    private static readonly string[] s_host =
        ["urls", "http_ports", "https_ports", "environment", "contentRoot", "webroot", "applicationName", "Kestrel", "Logging", "AllowedHosts", "shutdownTimeoutSeconds"];

    private static readonly string[] s_help = ["--help", "-h", "-?"];

    private static string SettingsFile => Path.Combine(AppContext.BaseDirectory, "appsettings.json");

    /// <summary>Writes help, when that is asked for.</summary>
    public static bool AnswerHelp(string[] args)
    {
        if (!args.Intersect(s_help).Any())
        {
            return false;
        }

        const string Command = "dotnet run -c Release --project samples/WebStudio";
        new Help(
            "Opens a page to generate with a model and its adapters, and to train it.",
            "Settings come from appsettings.json beside the program, environment variables such as Studio__Runs, and options; the last one wins.",
            [("--urls <addresses>", "Where the page is, separated by semicolons. [appsettings.json: \"http://localhost:5080\"]")],
            [
                (Command, "Opens http://localhost:5080."),
                ($"{Command} -- --urls http://localhost:6060 --Studio:Runs elsewhere/runs", "At another port, with the runs of another folder."),
                ($"{Command} -- --Ddpo:Pipeline:Path models/audioldm2-music --Ddpo:Pipeline:Device cuda:0", "With another model, on a GPU."),
            ])
            .Write(
                Console.Out,
                WrappedText.TerminalWidth,
                [.. SettingTree.Of(new StudioOptions(), "Studio:"), .. SettingTree.Of(new DdpoOptions(), "Ddpo:")],
                new Dictionary<string, string>(),
                JsonNode.Parse(File.ReadAllText(SettingsFile), documentOptions: new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip })!.AsObject());
        return true;
    }

    /// <summary>Checks that there is each option's section, and a value; what is in a section is checked when it is read.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static void Check(string[] args)
    {
        string[] sections = [StudioOptions.Section, "Ddpo", .. s_host];
        for (var i = 0; i < args.Length; i++)
        {
            var parts = args[i].Split('=', 2);
            var section = parts[0].TrimStart('-', '/').Split(':')[0];
            if ((!args[i].StartsWith('-') && !args[i].StartsWith('/') && parts.Length == 1) || section.Length == 0)
            {
                throw new ArgumentException($"Expected an option, found '{args[i]}'. See --help.");
            }

            if (!sections.Contains(section, StringComparer.OrdinalIgnoreCase))
            {
                var near = NearestName.Of(section, sections);
                throw new ArgumentException($"There is no option {parts[0]}. {(near is null ? "" : $"Did you mean --{near}? ")}See --help.");
            }

            if (parts.Length == 1 && (++i == args.Length || args[i].StartsWith("--", StringComparison.Ordinal)))
            {
                throw new ArgumentException($"{parts[0]} needs a value. See --help.");
            }
        }
    }
}
