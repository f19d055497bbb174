using System.Text;
using Ddpo.Audio.Testing;
using Ddpo.Audio.Testing.Fuzzing;

namespace Ddpo.Audio.Tests.Fuzzing;

public sealed class ManifestFuzzTests
{
    [Fact]
    public void Damaged_sample_manifests_are_read_or_refused() => Fuzzer.Run(new FuzzTarget("manifest", "samples.jsonl", ReadManifest)
    {
        Corpus =
        [
            Encoding.UTF8.GetBytes("""{"file":"0000.wav","prompt":"a sad piano","negative":null,"metadata":{"emotion":"sad","n":3,"b":true},"rewards":{"clap_score":0.51}}""" + "\n\n" + """{"file":"a/1.wav","prompt":""}""" + "\n"),
        ],
        Refusal = typeof(InvalidDataException),
    });

    [Fact]
    public void Damaged_prompt_files_are_read_or_refused() => Fuzzer.Run(new FuzzTarget("prompts", "prompts.txt", folder => PromptSource.FromFile(folder["prompts.txt"]))
    {
        Corpus = ["# prompts\na sad piano\n{\"text\":\"a\",\"negative\":\"noise\",\"metadata\":{\"emotion\":\"sad\"}}\n"u8.ToArray()],
        Refusal = typeof(InvalidDataException),
    });

    [Theory]
    [InlineData("""{"file":"\ud800.wav","prompt":"a"}""")]
    [InlineData("""{"file":"a.wav","prompt":"\udc00"}""")]
    [InlineData("""{"file":"a.wav","prompt":"a","metadata":{"\ud800":"x"}}""")]
    public void Half_a_character_is_refused_with_its_line(string line)
    {
        using var folder = new TemporaryFolder().With("samples.jsonl", "\n" + line);
        var message = Assert.Throws<InvalidDataException>(() => SampleManifest.Read(folder["samples.jsonl"])).Message;
        Assert.Contains($"Line 2 of '{folder["samples.jsonl"]}'", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Half_a_character_in_a_prompt_is_refused_with_its_line()
    {
        using var folder = new TemporaryFolder().With("prompts.txt", """{"text":"\ud800"}""");
        Assert.Contains("Line 1", Assert.Throws<InvalidDataException>(() => PromptSource.FromFile(folder["prompts.txt"])).Message, StringComparison.Ordinal);
    }

    private static void ReadManifest(TemporaryFolder folder)
    {
        foreach (var entry in SampleManifest.Read(folder["samples.jsonl"]))
        {
            Assert.StartsWith(folder.Root, Path.GetFullPath(folder[entry.File]), StringComparison.Ordinal);
            Assert.All(entry.Rewards.Values, value => Assert.True(double.IsFinite(value)));
        }
    }
}
