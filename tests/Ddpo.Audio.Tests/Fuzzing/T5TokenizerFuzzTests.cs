using System.Text;
using Ddpo.Audio.Testing;
using Ddpo.Audio.Testing.Fuzzing;
using Ddpo.Audio.Tests.Tokenizers;
using Ddpo.Audio.Tokenizers;
using Ddpo.Audio.Tokenizers.Unigram;

namespace Ddpo.Audio.Tests.Fuzzing;

public sealed class T5TokenizerFuzzTests
{
    // One rule, from A to a: the root, the unit of A with a value, the value, and the replacement.
    private static readonly byte[] s_map =
        [12, 0, 0, 0, .. Unit(0x40 << 10), .. Unit((3 << 10) | (1 << 8) | 'A'), .. Unit(0x80000000), (byte)'a', 0];

    private static readonly string[] s_texts = ["ab A", "", "  a <extra_id_0> \U0001F3B9AA "];

    [Fact]
    public void The_small_model_normalizes()
    {
        using var folder = new TemporaryFolder().With("spiece.model", Model());
        Assert.Equal(Ids("a b"), Ids("A b"));
        Assert.NotEqual(Ids("b b"), Ids("A b"));

        long[] Ids(string text) => T5Tokenizer.FromFolder(folder.Root).Encode([text]).Ids[0];
    }

    [Fact]
    public void Damaged_spiece_model_is_read_or_refused() => Fuzzer.Run(new FuzzTarget("t5-spiece", "spiece.model", Read)
    {
        Corpus = [Model(), Small(new() { AddsPrefix = false, TrimsSpaces = false }).Add("ab A", -1, PieceKind.UserDefined).Build()],
        Words = [.. new[] { "\n\u0005\n\u0001b\u0018\u0001", "\n\u0006\n\u0002<x\u0018\u0004", "\u001a\u0002\u0020\u0000", "\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u0001" }.Select(Encoding.Latin1.GetBytes)],
        BytesPerByte = 400,
        Iterations = 12_000,
    });

    [Fact]
    public void Damaged_character_maps_are_read_or_refused() => Fuzzer.Run(new FuzzTarget("t5-map", "spiece.model", Read)
    {
        Corpus = [s_map],
        Wrap = map => Model(map[..Math.Min(map.Length, 100)]),
        BytesPerByte = 400,
    });

    [Fact]
    public void Damaged_tokenizer_json_is_read_or_refused() => Fuzzer.Run(new FuzzTarget("t5-tokenizer.json", "tokenizer.json", Read)
    {
        Corpus = [Encoding.UTF8.GetBytes($$$"""{"added_tokens":[{"id":2,"content":"<unk>"},{"id":0,"content":"<pad>"}],"normalizer":{"normalizers":[{"precompiled_charsmap":"{{{Convert.ToBase64String(s_map)}}}"}]},"model":{"type":"Unigram","unk_id":2,"byte_fallback":false,"vocab":[["<pad>",0],["</s>",0],["<unk>",0],["\u2581",-1],["a",-2.5],["b",-2]]}}""")],
        BytesPerByte = 400,
    });

    [Theory]
    [InlineData("tokenizer_config.json", """{"model_max_length":512,"extra_ids":3,"eos_token":"</s>","added_tokens_decoder":{"7":{"content":"<extra_id_0>"}}}""")]
    [InlineData("tokenizer_config.json", """{"extra_ids":100}""")]
    [InlineData("special_tokens_map.json", """{"eos_token":{"content":"</s>"},"pad_token":"<pad>"}""")]
    [InlineData("added_tokens.json", """{"<extra_id_0>":7}""")]
    public void Damaged_settings_are_read_or_refused(string file, string content) => Fuzzer.Run(new FuzzTarget("t5-" + file, file, Read)
    {
        Corpus = [Encoding.UTF8.GetBytes(content)],
        Prepare = folder => folder.With("spiece.model", Model()),
        BytesPerByte = 2000,
        Iterations = 2000,
    });

    [Theory]
    [InlineData("""{"extra_ids":2000000000}""", "extra_ids from 0")]
    [InlineData("""{"extra_ids":-1}""", "extra_ids from 0")]
    [InlineData("""{"extra_ids":1.5}""", "extra_ids from 0")]
    [InlineData("""{"eos_token":"\ud800"}""", "layout")]
    public void Settings_that_cannot_be_used_are_refused(string settings, string expected)
    {
        using var folder = new TemporaryFolder().With("spiece.model", Model()).With("tokenizer_config.json", settings);
        var message = Assert.Throws<CheckpointException>(() => Read(folder)).Message;
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.Contains(folder["tokenizer_config.json"], message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rule_without_its_replacement_is_refused_when_the_file_is_read()
    {
        byte[] map = [.. s_map[..12], .. Unit(0x80000007), (byte)'a', 0];
        using var folder = new TemporaryFolder().With("spiece.model", Model(map));
        var message = Assert.Throws<CheckpointException>(() => T5Tokenizer.FromFolder(folder.Root)).Message;
        Assert.Contains("expected a replacement below 2, found 7", message, StringComparison.Ordinal);
        Assert.Contains(folder["spiece.model"], message, StringComparison.Ordinal);
    }

    private static byte[] Model(byte[]? map = null) => Small(new() { CharacterMap = map ?? s_map }).Build();

    private static SentencePieceBuilder Small(SentencePieceBuilder builder) => builder
        .Add("<pad>", 0, PieceKind.Control).Add("</s>", 0, PieceKind.Control).Add("<unk>", 0, PieceKind.Unknown)
        .Add("\u2581", -1).Add("a", -2).Add("b", -2).Add("ab", -1);

    private static byte[] Unit(uint unit) => BitConverter.GetBytes(unit);

    private static void Read(TemporaryFolder folder) =>
        Assert.Equal(s_texts.Length, T5Tokenizer.FromFolder(folder.Root).Encode(s_texts).Ids.Length);
}
