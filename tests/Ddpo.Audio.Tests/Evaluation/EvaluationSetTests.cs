using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Evaluation;

public sealed class EvaluationSetTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_folder_is_taken_in_ordinal_order_without_other_and_hidden_files()
    {
        Touch("b.wav", "B.WAV", "a10.wav", "a2.wav", "notes.txt", ".hidden.wav", "deep/c.wav");
        var set = EvaluationSet.FromFolder(_folder.Root, "a flute");

        Assert.Equal(["B.WAV", "a10.wav", "a2.wav", "b.wav"], set.Samples.Select(sample => sample.File));
        Assert.All(set.Samples, sample => Assert.Equal("a flute", sample.Prompt.Text));
        Assert.Equal(_folder.Root, set.Folder);
    }

    [Fact]
    public void Folders_in_a_folder_are_searched_on_demand_and_a_function_may_give_the_prompts()
    {
        Touch("b.wav", "a/x.wav", "a/z/y.wav");
        var set = EvaluationSet.FromFolder(_folder.Root, file => file.ToUpperInvariant(), recursive: true);
        Assert.Equal(["a/x.wav", "a/z/y.wav", "b.wav"], set.Samples.Select(sample => sample.File));
        Assert.Equal(["A/X.WAV", "A/Z/Y.WAV", "B.WAV"], set.Samples.Select(sample => sample.Prompt.Text));
    }

    [Fact]
    public void A_folder_with_a_manifest_is_what_the_manifest_says()
    {
        Touch("0.wav", "1.wav", "extra.wav");
        SampleManifest.Write(_folder[SampleManifest.FileName], [new("1.wav", "one"), new("0.wav", "zero")]);
        var set = EvaluationSet.FromFolder(_folder.Root);
        Assert.Equal([("1.wav", "one"), ("0.wav", "zero")], set.Samples.Select(sample => (sample.File, sample.Prompt.Text)));
        Assert.Equal(3, EvaluationSet.FromFolder(_folder.Root, "all").Samples.Count);
    }

    [Fact]
    public void A_folder_without_a_manifest_needs_prompts()
    {
        Touch("song.wav");
        var error = Assert.Throws<InvalidDataException>(() => EvaluationSet.FromFolder(_folder.Root));
        Assert.Contains($"'{_folder.Root}'", error.Message, StringComparison.Ordinal);
        Assert.Contains("samples.jsonl", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_to_evaluate_is_an_error_that_names_the_place()
    {
        Assert.Contains(_folder.Root, Assert.Throws<InvalidDataException>(() => EvaluationSet.FromFolder(_folder.Root, "x")).Message, StringComparison.Ordinal);
        Assert.Contains("no-such", Assert.Throws<DirectoryNotFoundException>(() => EvaluationSet.FromFolder("no-such")).Message, StringComparison.Ordinal);
        var manifest = _folder.Write(SampleManifest.FileName, "\n");
        Assert.Contains(manifest, Assert.Throws<InvalidDataException>(() => EvaluationSet.FromFolder(_folder.Root)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new EvaluationSet(_folder.Root, []));
    }

    [Fact]
    public void Links_to_folders_are_not_followed_and_links_to_files_are_read()
    {
        Touch("a/x.wav", "a/z/y.wav");
        Directory.CreateSymbolicLink(_folder["a/z/up"], _folder["a"]);
        Directory.CreateSymbolicLink(_folder["a/z/again"], _folder["a/z"]);
        Directory.CreateSymbolicLink(_folder["a/beside"], _folder["a/z"]);
        File.CreateSymbolicLink(_folder["a/link.wav"], _folder["a/x.wav"]);
        Directory.CreateSymbolicLink(_folder["here"], _folder["a"]);

        Assert.Equal(["link.wav", "x.wav", "z/y.wav"], EvaluationSet.FromFolder(_folder["a"], "x", recursive: true).Samples.Select(sample => sample.File));
        Assert.Equal(["link.wav", "x.wav", "z/y.wav"], EvaluationSet.FromFolder(_folder["here"], "x", recursive: true).Samples.Select(sample => sample.File));
        Assert.Equal(["link.wav", "x.wav"], EvaluationSet.FromFolder(_folder["a"], "x").Samples.Select(sample => sample.File));
    }

    [Fact]
    public void Audio_of_other_kinds_is_passed_over_and_told()
    {
        Touch("b.wav", "a.WAVE", "c.flac", "d.Mp3", "notes.txt", ".hidden.flac", "deep/e.ogg");
        Assert.Equal(["a.WAVE", "c.flac", "d.Mp3"], EvaluationSet.FromFolder(_folder.Root, "x").PassedOver);
        Assert.Equal(["a.WAVE", "c.flac", "d.Mp3", "deep/e.ogg"], EvaluationSet.FromFolder(_folder.Root, "x", recursive: true).PassedOver);
        Assert.Empty(new EvaluationSet(_folder.Root, [new("b.wav", "x")]).PassedOver);

        File.Delete(_folder["b.wav"]);
        var error = Assert.Throws<InvalidDataException>(() => EvaluationSet.FromFolder(_folder.Root, "x"));
        Assert.Contains("3 files are audio of other kinds, such as 'a.WAVE'", error.Message, StringComparison.Ordinal);
    }

    private void Touch(params string[] names)
    {
        foreach (var name in names)
        {
            _folder.Write(name, "");
        }
    }
}
