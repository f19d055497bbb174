namespace Ddpo.Audio.Tests.Prompts;

public sealed class PromptFileTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Lines_are_prompts_and_byte_order_marks_comments_and_blank_lines_are_not()
    {
        File.WriteAllText(_path, "# for the test\n\n  a calm flute \r\nPiano, #1 hit\n   # indented\n", System.Text.Encoding.UTF8);
        Assert.Equal(["Piano, #1 hit", "a calm flute"], Texts());
    }

    [Fact]
    public void Json_lines_carry_negative_text_and_metadata()
    {
        File.WriteAllText(_path, """{"text": "a sad piano", "negative": "noise", "metadata": {"emotion": "sad", "tempo": 80, "solo": true}}""");
        var prompt = PromptSource.FromFile(_path).At(0, 0);

        Assert.Equal("a sad piano", prompt.Text);
        Assert.Equal("noise", prompt.NegativeText);
        Assert.Equal(new Dictionary<string, string> { ["emotion"] = "sad", ["tempo"] = "80", ["solo"] = "true" }, prompt.Metadata);
    }

    [Fact]
    public void Text_and_json_lines_may_be_mixed()
    {
        File.WriteAllText(_path, "a flute\n{\"text\": \"\", \"negative\": null}\n");
        Assert.Equal(["", "a flute"], Texts());
    }

    [Theory]
    [InlineData("a\n\n{\"text\": ", "Line 3")]
    [InlineData("{\"negative\": \"x\"}", "'text' is missing")]
    [InlineData("{\"text\": 3}", "string as 'text', found 3")]
    [InlineData("{\"text\": \"a\", \"emotion\": \"sad\"}", "found 'emotion'")]
    [InlineData("{\"text\": \"a\", \"metadata\": [1]}", "object as metadata")]
    [InlineData("{\"text\": \"a\", \"metadata\": {\"x\": [1]}}", "metadata 'x', found [1]")]
    [InlineData("# nothing\n", "no prompts")]
    public void A_file_that_cannot_be_read_is_explained_with_the_line(string contents, string expected)
    {
        File.WriteAllText(_path, contents);
        var error = Assert.Throws<InvalidDataException>(() => PromptSource.FromFile(_path));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains(_path, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("line 2", "flute\ncaf\u00e9\n", "latin1")]
    [InlineData("line 1", "flute\ncaf\u00e9\n", "utf-16")]
    [InlineData("line 1", "flute\n", "utf-16BE")]
    [InlineData("line 3", "# one\r\n\r\n{\"text\": \"\u00fcber\"}", "latin1")]
    public void A_file_in_another_encoding_is_refused_with_the_line(string expected, string text, string encoding)
    {
        var encoder = System.Text.Encoding.GetEncoding(encoding);
        File.WriteAllBytes(_path, [.. encoder.GetPreamble(), .. encoder.GetBytes(text)]);
        var error = Assert.Throws<InvalidDataException>(() => PromptSource.FromFile(_path));
        Assert.Contains($"'{_path}' is not UTF-8: {expected} has the byte", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Letters_of_all_kinds_are_read_in_utf8()
    {
        File.WriteAllText(_path, "caf\u00e9 \u7b1b\n\ud83c\udfb9 piano\r\n\ufffd is a letter, too");
        Assert.Equal(["caf\u00e9 \u7b1b", "\ud83c\udfb9 piano", "\ufffd is a letter, too"], PromptSource.FromFile(_path).AllPrompts!.Select(prompt => prompt.Text));
    }

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.Contains("no-such-file", Assert.Throws<FileNotFoundException>(() => PromptSource.FromFile("no-such-file")).Message, StringComparison.Ordinal);

    private IEnumerable<string> Texts() =>
        PromptSource.FromFile(_path).Draw(100, seed: 1).Select(prompt => prompt.Text).Distinct().Order(StringComparer.Ordinal);
}
