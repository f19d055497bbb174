using System.Diagnostics;
using System.Text.RegularExpressions;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Samples.Tests;

public sealed partial class HelpTests
{
    [Theory]
    [InlineData("Train", "--Prompts:Template", "Strength of classifier-free guidance", "Sampling", "Rewards:clap_score")]
    [InlineData("Generate", "--Prompts:Template", "Strength of classifier-free guidance", "Pipeline", "Prompts")]
    [InlineData("Evaluate", "--Input", "A folder of WAVs", "Options", "Rewards:emo_score")]
    [InlineData("Quickstart", "--algorithm", "sparse-rwr", "General")]
    [InlineData("WebStudio", "--Studio:KeptClips", "How many clips can be listened to", "Studio", "Studio:Limits", "Ddpo:Sampling")]
    public async Task Help_is_in_groups_fits_the_terminal_and_ends_with_three_examples(string sample, string option, string summary, params string[] groups)
    {
        foreach (var width in new[] { 60, 100 })
        {
            var start = new ProcessStartInfo("dotnet", [Path.Combine(SampleProgram.Folder(sample), sample + ".dll"), "--help"]) { Environment = { ["COLUMNS"] = $"{width}" } };
            var (code, output, error) = await SampleProgram.RunAsync(start);
            Assert.True(code == 0, error);
            Assert.Empty(error);
            var lines = output.Split('\n');
            Assert.All(lines, line => Assert.True(line.Length <= width || !line.Trim().Contains(' ', StringComparison.Ordinal), line)); // but for a single word
            Assert.Contains(lines, line => line.StartsWith($"  {option}", StringComparison.Ordinal));
            Assert.Contains(summary, Regex.Replace(output, @"\s+", " "), StringComparison.Ordinal);
            Assert.All([.. groups, "General", "Examples"], group => Assert.Single(lines, group + ":"));
            Assert.Equal(3, Examples(output).Count);
            Assert.All(Examples(output), example => Assert.StartsWith($"dotnet run -c Release --project samples/{sample}", example, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task The_examples_of_training_are_options_that_there_are()
    {
        var (_, output, _) = await SampleProgram.RunAsync("Train", "--help");
        var shortOptions = ShortOptions().Matches(output).ToDictionary(option => option.Groups[2].Value, option => option.Groups[1].Value);
        foreach (var example in Examples(output))
        {
            var options = example.Split(" -- ") is [_, var text] ? text.Split(' ') : [];
            Assert.NotNull(new CommandLine(TrainingRun.Settings, shortOptions).Read(options).Settings);
        }
    }

    [Fact]
    public void A_command_breaks_between_its_options_and_can_be_copied()
    {
        using var output = new StringWriter { NewLine = "\n" };
        new WrappedText(output, 40).WriteCommand("dotnet run -c Release --project samples/Generate -- --prompt \"a sad piano in the rain at night\" --steps 5", indent: 2);
        Assert.Equal(
            "  dotnet run -c Release \\\n      --project samples/Generate -- \\\n      --prompt \"a sad piano in the rain at night\" \\\n      --steps 5\n", output.ToString());
    }

    // With their lines put together again.
    private static List<string> Examples(string output) =>
        [.. Regex.Replace(output.Split("Examples:\n")[1], @" \\\n +", " ").Split('\n').Where(line => line.StartsWith("  dotnet", StringComparison.Ordinal)).Select(line => line.Trim())];

    [GeneratedRegex("^  --([A-Za-z:]+), (--[a-z]+)", RegexOptions.Multiline)]
    private static partial Regex ShortOptions();
}
