namespace Ddpo.Audio.Samples.Tests;

public sealed class FileNamesTests
{
    private static readonly Prompt s_happy = new("a") { Metadata = new Dictionary<string, string> { ["quadrant"] = "Q1", ["played"] = "music box/loud" } };
    private static readonly Prompt s_sad = new("b") { Metadata = new Dictionary<string, string> { ["quadrant"] = "Q3" } };

    [Fact]
    public void Files_that_are_named_alike_are_counted()
    {
        var names = new FileNames("{quadrant}_{n}");
        Assert.Equal(["Q1_0", "Q3_0", "Q1_1", "Q3_1"], new[] { s_happy, s_sad, s_happy, s_sad }.Select(names.Next));
    }

    [Fact]
    public void Numbers_have_as_many_digits_as_asked_for_and_words_no_separators()
    {
        Assert.Equal("0000", new FileNames("{n:0000}").Next(s_sad));
        Assert.Equal("music_box_loud-0", new FileNames("{played}-{n}").Next(s_happy));
    }

    [Fact]
    public void Names_that_would_collide_or_cannot_be_filled_are_refused()
    {
        Assert.Contains("{n}", Problem("{quadrant}"), StringComparison.Ordinal);
        Assert.Contains("{played}", Problem("{played}_{n}"), StringComparison.Ordinal);
    }

    private static string Problem(string template) =>
        Assert.Throws<SettingsException>(() => new FileNames(template).Check([s_happy, s_sad])).Message;
}
