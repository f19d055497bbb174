using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Evaluation;

public sealed class SampleManifestTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_written_is_read_again()
    {
        SampleEntry[] entries =
        [
            new("0000.wav", "a \"quoted\" piano, größer & <ok>\nin two lines"),
            new("sub/0001.wav", new Prompt("a sad flute")
            {
                NegativeText = "noise",
                Metadata = new Dictionary<string, string> { ["emotion"] = "sad", ["quadrant"] = "Q3" },
            })
            {
                Rewards = new Dictionary<string, double> { ["clap_score"] = 0.1f, ["emo_score"] = -1e-30 },
            },
        ];
        SampleManifest.Write(_folder["samples.jsonl"], entries);
        var read = SampleManifest.Read(_folder["samples.jsonl"]);

        Assert.Equal(entries.Length, File.ReadAllLines(_folder["samples.jsonl"]).Length);
        Assert.Equal(entries.Select(entry => entry.File), read.Select(entry => entry.File));
        Assert.Equal(entries.Select(entry => entry.Prompt.Text), read.Select(entry => entry.Prompt.Text));
        Assert.Equal(entries.Select(entry => entry.Prompt.NegativeText), read.Select(entry => entry.Prompt.NegativeText));
        Assert.Equal(entries[1].Prompt.Metadata, read[1].Prompt.Metadata);
        Assert.Equal(entries[1].Rewards, read[1].Rewards);
        Assert.Empty(read[0].Rewards);
    }

    [Fact]
    public void Lines_have_the_documented_form()
    {
        SampleManifest.Write(_folder["samples.jsonl"], [new("0000.wav", new Prompt("a sad piano")
        {
            Metadata = new Dictionary<string, string> { ["emotion"] = "sad" },
        })
        { Rewards = new Dictionary<string, double> { ["clap_score"] = 0.51 } }]);
        Assert.Equal(
            "{\"file\":\"0000.wav\",\"prompt\":\"a sad piano\",\"metadata\":{\"emotion\":\"sad\"},\"rewards\":{\"clap_score\":0.51}}\n",
            File.ReadAllText(_folder["samples.jsonl"]));
    }

    [Fact]
    public void Blank_lines_byte_order_marks_and_other_names_are_passed_over()
    {
        _folder.Write("samples.jsonl", "\uFEFF\n{\"file\":\"a.wav\",\"seed\":3,\"prompt\":\"\",\"metadata\":{\"tempo\":80}}\r\n\n");
        var entry = Assert.Single(SampleManifest.Read(_folder["samples.jsonl"]));
        Assert.Equal(("a.wav", ""), (entry.File, entry.Prompt.Text));
        Assert.Equal("80", entry.Prompt.Metadata["tempo"]);
    }

    [Theory]
    [InlineData("{\"file\":", "")]
    [InlineData("[1]", "an object, found [1]")]
    [InlineData("{\"prompt\":\"x\"}", "'file' is missing")]
    [InlineData("{\"file\":\"a.wav\"}", "'prompt' is missing")]
    [InlineData("{\"file\":1,\"prompt\":\"x\"}", "string as 'file', found 1")]
    [InlineData("{\"file\":\"a.wav\",\"prompt\":\"x\",\"rewards\":3}", "object as rewards")]
    [InlineData("{\"file\":\"a.wav\",\"prompt\":\"x\",\"rewards\":{\"r\":\"1\"}}", "number as reward 'r', found \"1\"")]
    [InlineData("{\"file\":\"a.wav\",\"prompt\":\"x\",\"rewards\":{\"r\":1e999}}", "number as reward 'r', found 1e999")]
    [InlineData("{\"file\":\"\",\"prompt\":\"x\"}", "in the manifest's folder")]
    [InlineData("{\"file\":\"../a.wav\",\"prompt\":\"x\"}", "found '../a.wav'")]
    [InlineData("{\"file\":\"b/../../a.wav\",\"prompt\":\"x\"}", "in the manifest's folder")]
    [InlineData("{\"file\":\"/etc/a.wav\",\"prompt\":\"x\"}", "in the manifest's folder")]
    [InlineData("{\"file\":\"..\\\\a.wav\",\"prompt\":\"x\"}", "in the manifest's folder")]
    [InlineData("{\"file\":\"C:\\\\a.wav\",\"prompt\":\"x\"}", "in the manifest's folder")]
    [InlineData("{\"file\":\"a\\u0000.wav\",\"prompt\":\"x\"}", "in the manifest's folder")]
    public void A_line_that_cannot_be_read_is_explained_with_its_number(string line, string expected)
    {
        var path = _folder.Write("samples.jsonl", "{\"file\":\"0.wav\",\"prompt\":\"x\"}\n\n" + line + "\n");
        var error = Assert.Throws<InvalidDataException>(() => SampleManifest.Read(path));
        Assert.Contains("Line 3", error.Message, StringComparison.Ordinal);
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_in_another_encoding_is_refused_with_the_line()
    {
        var path = _folder.Write("samples.jsonl", System.Text.Encoding.Latin1.GetBytes("{\"file\":\"0.wav\",\"prompt\":\"x\"}\n{\"file\":\"1.wav\",\"prompt\":\"caf\u00e9\"}\n"));
        Assert.Contains($"'{path}' is not UTF-8: line 2 has the byte 0xE9", Assert.Throws<InvalidDataException>(() => SampleManifest.Read(path)).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidDataException>(() => EvaluationSet.FromFolder(_folder.Root));
    }

    [Fact]
    public void Entries_that_could_not_be_read_again_are_refused_and_leave_the_file_as_it_was()
    {
        var path = _folder.Write("samples.jsonl", "old");
        Assert.Throws<ArgumentException>(() => SampleManifest.Write(path, [new("0.wav", "x"), new("../1.wav", "x")]));
        var error = Assert.Throws<ArgumentException>(() => SampleManifest.Write(
            path, [new("0.wav", "x") { Rewards = new Dictionary<string, double> { ["mood"] = double.NaN } }]));
        Assert.Contains("'mood' of '0.wav'", error.Message, StringComparison.Ordinal);
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Single(Directory.GetFiles(_folder.Root));
    }

    [Fact]
    public void A_missing_file_is_named() => Assert.Contains(
        "no-such.jsonl",
        Assert.Throws<FileNotFoundException>(() => SampleManifest.Read("no-such.jsonl")).Message,
        StringComparison.Ordinal);
}
