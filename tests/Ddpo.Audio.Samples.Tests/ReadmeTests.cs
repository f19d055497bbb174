using System.Text.RegularExpressions;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Samples.Tests;

/// <summary>What a newcomer copies from the README. Its C# is compiled by Ddpo.Audio.Snippets.</summary>
public sealed class ReadmeTests
{
    private static readonly string s_readme = File.ReadAllText(Path.Combine(Fixtures.Repository, "README.md"));

    public static TheoryData<string> Documents =>
        [.. Directory.GetFiles(Path.Combine(Fixtures.Repository, "docs"), "*.md").Append(Path.Combine(Fixtures.Repository, "README.md")).Select(path => Path.GetRelativePath(Fixtures.Repository, path))];

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

    [Fact]
    public void Commands_name_samples_and_options_that_there_are()
    {
        var commands = Regex.Matches(s_readme, @"^    dotnet run -c Release --project samples/(\w+)(?: -- (.*))?$", RegexOptions.Multiline);
        Assert.True(commands.Count > 5);
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
                var shortOptions = options.Where(option => option is "--prompt").ToDictionary(option => option, _ => "Prompts:Texts");
                Assert.NotNull(new CommandLine(settings, shortOptions).Read(options).Settings);
            }
        }
    }

    [Fact]
    public void Where_every_model_that_is_named_comes_from_is_said()
    {
        var section = Regex.Match(s_readme, "### Where the models come from\n(.*?)\n## ", RegexOptions.Singleline).Groups[1].Value;
        Assert.NotEmpty(section);
        foreach (var model in Regex.Matches(s_readme, "\"models/([^\"]+)\"").Select(name => name.Groups[1].Value).Distinct())
        {
            Assert.All(model.Split('/'), part => Assert.Contains(part, section, StringComparison.Ordinal));
        }
    }
}
