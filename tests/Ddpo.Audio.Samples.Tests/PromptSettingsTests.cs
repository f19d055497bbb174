namespace Ddpo.Audio.Samples.Tests;

public sealed class PromptSettingsTests
{
    [Fact]
    public void A_section_takes_one_source()
    {
        Assert.Contains("found 0", Problem(new()), StringComparison.Ordinal);
        Assert.Contains("found 2", Problem(new() { List = ["a"], File = "b" }), StringComparison.Ordinal);
        Assert.Contains("Prompts:Mixture:1", Problem(new() { Mixture = [new() { List = ["a"] }, new()] }), StringComparison.Ordinal);
    }

    [Fact]
    public void Words_that_the_template_does_not_ask_for_are_passed_over()
    {
        var settings = new PromptSettings { Template = "a {x}", Words = new() { ["x"] = ["b"], ["y"] = ["c"] } };
        Assert.Equal(["a b"], settings.ToList("Prompts").Select(prompt => prompt.Text));
    }

    [Fact]
    public void Metadata_is_added_to_each_prompt_that_does_not_say_otherwise()
    {
        var settings = new PromptSettings
        {
            Template = "{emotion} music",
            Words = new() { ["emotion"] = ["sad", "happy"] },
            Metadata = new() { ["emotion"] = "angry", ["key"] = "minor" },
        };

        var prompts = settings.ToList("Prompts");
        Assert.Equal(["sad", "happy"], prompts.Select(prompt => prompt.Metadata["emotion"]));
        Assert.All(prompts, prompt => Assert.Equal("minor", prompt.Metadata["key"]));
    }

    private static string Problem(PromptSettings settings) => Assert.Throws<SettingsException>(() => settings.ToSource("Prompts")).Message;
}
