using System.Text;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Samples.Tests;

/// <summary>The tables of docs/settings.md are written from the options' documentation.</summary>
public sealed class SettingsPageTests
{
    private const string Begin = "<!-- Written from the options' documentation: UPDATE_DOCS=1 dotnet test --filter SettingsPage -->";

    [Fact]
    public async Task The_page_says_what_the_options_documentation_says()
    {
        var path = Path.Combine(Fixtures.Repository, "docs", "settings.md");
        var page = await File.ReadAllTextAsync(path);
        var start = page.IndexOf(Begin, StringComparison.Ordinal);
        Assert.True(start >= 0, $"{path} has no line {Begin}");
        var expected = page[..start] + Tables();
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1")
        {
            await File.WriteAllTextAsync(path, expected);
            return;
        }

        Assert.Equal(expected, page);
    }

    [Fact]
    public void A_type_a_default_and_a_summary_stand_in_a_row_each()
    {
        var rows = Tables().Split('\n');
        Assert.Contains(rows, row => row.StartsWith("| `Training:LearningRate` | number | 0.0003 | ", StringComparison.Ordinal));
        Assert.Contains(rows, row => row.StartsWith("| `Pipeline:Precision` | `Float32`, `BFloat16`, `Float16` | Float32 | ", StringComparison.Ordinal));
        Assert.Equal(TrainingRun.Settings.Count, rows.Count(row => row.StartsWith("| `", StringComparison.Ordinal)));
    }

    private static string Tables()
    {
        var text = new StringBuilder(Begin).Append('\n');
        foreach (var group in TrainingRun.Settings.GroupBy(Help.GroupOf).OrderByDescending(group => group.Key == Help.Others))
        {
            text.Append($"\n### {group.Key}\n\n| setting | value | default | |\n|---|---|---|---|\n");
            foreach (var setting in group)
            {
                text.Append($"| `{setting.Path}` | {Kind(setting)} | {Help.DefaultOf(setting)} | {Summaries.Of(setting.Property).Replace("|", "\\|", StringComparison.Ordinal)} |\n");
            }
        }

        return text.ToString();
    }

    private static string Kind(Setting setting) => setting.Type.IsEnum
        ? string.Join(", ", Enum.GetNames(setting.Type).Select(name => $"`{name}`"))
        : Help.Kind(setting).Trim(' ', '[', ']', '<', '>').Replace("> ...", ", ...", StringComparison.Ordinal).Replace(":<name> <text", "by name: text", StringComparison.Ordinal)
            .Replace("|", " or ", StringComparison.Ordinal);
}
