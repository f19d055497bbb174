using System.Text.RegularExpressions;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Samples.Tests;

/// <summary>What a newcomer reads and copies. Its C# is compiled by Ddpo.Audio.Snippets.</summary>
public sealed class ReadmeTests
{
    private static readonly string s_readme = File.ReadAllText(Path.Combine(Fixtures.Repository, "README.md"));

    private static readonly Dictionary<string, string> s_shortOptions = new()
    {
        ["--prompt"] = "Prompts:Texts",
        ["--model"] = "Pipeline:Path",
        ["--device"] = "Pipeline:Device",
    };

    private static readonly Dictionary<string, string> s_ofTrain = new(s_shortOptions) { ["--output"] = "Checkpoints:Directory" };

    private static readonly string[] s_packages = ["src/Ddpo.Audio/README.md", "src/Ddpo.Audio.Rewards/README.md"];

    public static TheoryData<string> Documents =>
    [
        "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", .. s_packages,
        .. Directory.GetFiles(Path.Combine(Fixtures.Repository, "docs"), "*.md").Select(path => Path.GetRelativePath(Fixtures.Repository, path)),
    ];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Links_lead_to_what_is_there(string document)
    {
        var path = Path.Combine(Fixtures.Repository, document);
        foreach (var target in Regex.Matches(File.ReadAllText(path), @"\]\(([^)\s]+)\)").Select(link => link.Groups[1].Value).Where(target => !target.StartsWith("http", StringComparison.Ordinal)))
        {
            Assert.False(s_packages.Contains(document), $"{target}: a package's page has no other files beside it");
            var (file, section) = (target.Split('#')[0], target.Split('#').ElementAtOrDefault(1));
            var full = file.Length == 0 ? path : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, file));
            Assert.True(File.Exists(full) || Directory.Exists(full), target);
            if (section is not null)
            {
                var headings = Regex.Matches(File.ReadAllText(full), "^#+ (.*)$", RegexOptions.Multiline).Select(heading => heading.Groups[1].Value);
                Assert.Contains(section, headings.Select(heading => Regex.Replace(heading.ToLowerInvariant(), "[^a-z0-9 -]", "").Replace(' ', '-')));
            }
        }
    }

    [Fact]
    public void Pages_of_packages_are_of_a_size_that_is_read() =>
        Assert.All(s_packages, page => Assert.InRange(File.ReadAllLines(Path.Combine(Fixtures.Repository, page)).Length, 60, 80));

    // Numbers for other programs, and from them, are the same in every country.
    [Theory]
    [MemberData(nameof(Documents))]
    public void Examples_depend_on_no_country(string document)
    {
        var blocks = Regex.Matches(File.ReadAllText(Path.Combine(Fixtures.Repository, document)), "```csharp\n(.*?)```", RegexOptions.Singleline);
        foreach (var statement in blocks.SelectMany(block => block.Groups[1].Value.Split(';')))
        {
            if (Regex.IsMatch(statement, @"\.(Parse|TryParse)\(|DateTime|Uri\(|\$""https?:[^""]*\{[^}]*(Seconds|Mean|Std|Scale)"))
            {
                Assert.Contains("InvariantCulture", statement, StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Commands_name_samples_and_options_that_there_are(string document)
    {
        var commands = Regex.Matches(File.ReadAllText(Path.Combine(Fixtures.Repository, document)), @"^    dotnet run -c Release --project samples/(\w+)(?: -- (.*))?$", RegexOptions.Multiline);
        Assert.True(commands.Count > 4 || document != "README.md");
        var known = new Dictionary<string, IReadOnlyList<Setting>>
        {
            ["Train"] = TrainingRun.Settings,
            ["Generate"] = [.. SettingTree.Of(new GenerateSettings())],
        };
        foreach (Match command in commands)
        {
            var sample = command.Groups[1].Value;
            Assert.True(File.Exists(Path.Combine(Fixtures.Repository, "samples", sample, sample + ".csproj")), command.Value);
            if (known.TryGetValue(sample, out var settings))
            {
                // Short names have other tests.
                var options = Regex.Matches(command.Groups[2].Value, @"(?:""[^""]*""|\S)+").Select(word => word.Value.Trim('"')).ToArray();
                Assert.NotNull(new CommandLine(settings, sample == "Train" ? s_ofTrain : s_shortOptions).Read(options).Settings);
            }
        }
    }

    [Fact]
    public void Where_every_model_that_is_named_comes_from_is_said()
    {
        var section = Regex.Match(s_readme, "### Where the models come from\n(.*?)\n## ", RegexOptions.Singleline).Groups[1].Value;
        Assert.NotEmpty(section);
        var documents = Directory.GetFiles(Path.Combine(Fixtures.Repository, "docs"), "*.md").Select(File.ReadAllText).Append(s_readme);
        var models = documents.SelectMany(text => Regex.Matches(text, "\"models/([^\"]+)\"")).Select(name => name.Groups[1].Value).Distinct().ToList();
        Assert.True(models.Count > 2);
        foreach (var model in models)
        {
            Assert.All(model.Split('/'), part => Assert.Contains(part, section, StringComparison.Ordinal));
        }
    }
}
