namespace Ddpo.Audio.Samples.Tests;

public sealed class FileNamesTests
{
    private static readonly Prompt s_happy = new("a") { Metadata = new Dictionary<string, string> { ["quadrant"] = "Q1", ["played"] = "music box/loud" } };
    private static readonly Prompt s_sad = new("b") { Metadata = new Dictionary<string, string> { ["quadrant"] = "Q3" } };

    [Fact]
    public void Files_that_are_named_alike_are_counted()
    {
        var names = new FileNames("{quadrant}_{n}");
        Assert.Equal(["Q1_0.wav", "Q3_0.wav", "Q1_1.wav", "Q3_1.wav"], new[] { s_happy, s_sad, s_happy, s_sad }.Select(names.Next));
    }

    [Fact]
    public void Numbers_have_as_many_digits_as_asked_for_and_words_no_separators()
    {
        Assert.Equal("0000.wav", new FileNames("{n:0000}").Next(s_sad));
        Assert.Equal("music_box_loud-0.wav", new FileNames("{played}-{n}").Next(s_happy));
    }

    [Fact]
    public void Names_that_would_collide_or_cannot_be_filled_are_refused()
    {
        Assert.Contains("{n}", Problem("{quadrant}"), StringComparison.Ordinal);
        Assert.Contains("{played}", Problem("{played}_{n}"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../{n}", "'/' cannot be")]
    [InlineData("/tmp/{n}", "'/' cannot be")]
    [InlineData("{n}/../../x", "'/' cannot be")]
    [InlineData("sub/{n}", "'/' cannot be")]
    [InlineData("..\\{n}", "'\\' cannot be")]
    [InlineData("c:{n}", "':' cannot be")]
    [InlineData("{n}?", "'?' cannot be")]
    [InlineData("{n}\0", "characters that no name can have")]
    [InlineData("{n}\n", "characters that no name can have")]
    [InlineData(".{n}", "as a hidden file's")]
    [InlineData("..{n}", "as a hidden file's")]
    [InlineData(" {n}", "with a space")]
    public void A_template_that_leaves_the_folder_or_cannot_be_listed_is_refused(string template, string expected)
    {
        var message = Problem(template);
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.Contains("The setting FileName is", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_that_are_too_long_or_meet_are_refused_before_any_is_used()
    {
        Assert.Contains("characters that no name can have", Problem("{n}\ud800"), StringComparison.Ordinal);
        Assert.Contains("more than 255 bytes", Problem("{n:" + new string('0', 252) + "}"), StringComparison.Ordinal);
        Assert.Contains("more than 255 bytes", Problem("{n}" + new string('\u7b1b', 84)), StringComparison.Ordinal);
        new FileNames("{n}" + new string('\u7b1b', 83)).Check([s_happy]);

        static Prompt Bpm(string value) => new("x") { Metadata = new Dictionary<string, string> { ["bpm"] = value } };
        Prompt[] prompts = [.. Enumerable.Repeat(Bpm("1"), 12), .. Enumerable.Repeat(Bpm("11"), 2)];
        Assert.Contains("'111.wav', which two files would have", Assert.Throws<SettingsException>(() => new FileNames("{n}{bpm}").Check(prompts)).Message, StringComparison.Ordinal);
        new FileNames("{n}-{bpm}").Check(prompts);
        Assert.Equal(["A_0.wav", "a_1.wav"], new[] { Bpm("A"), Bpm("a") }.Select(new FileNames("{bpm}_{n}").Next));
    }

    private static string Problem(string template) =>
        Assert.Throws<SettingsException>(() => new FileNames(template).Check([s_happy, s_sad])).Message;
}
