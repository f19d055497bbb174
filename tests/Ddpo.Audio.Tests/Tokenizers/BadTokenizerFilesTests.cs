using Ddpo.Audio.Testing;
using Ddpo.Audio.Tokenizers;
using Ddpo.Audio.Tokenizers.Unigram;

namespace Ddpo.Audio.Tests.Tokenizers;

public sealed class BadTokenizerFilesTests
{
    [Fact]
    public void A_missing_folder_is_named()
    {
        AssertRefused(() => RobertaTokenizer.FromFolder("/no/such/folder"), "/no/such/folder", "missing");
        AssertRefused(() => T5Tokenizer.FromFolder("/no/such/folder"), "/no/such/folder", "missing");
    }

    [Fact]
    public void Missing_files_are_named()
    {
        using var folder = new TemporaryFolder().Copy(TokenizerGoldens.ClapFolder, "vocab.json");
        AssertRefused(() => RobertaTokenizer.FromFolder(folder.Root), folder.Root, "Missing: merges.txt, tokenizer.json");
        AssertRefused(() => T5Tokenizer.FromFolder(folder.Root), folder.Root, "spiece.model or tokenizer.json");
    }

    [Theory]
    [InlineData("merges.txt", "#version: 0.2\na b\nonlyone\n", "line 3")]
    [InlineData("merges.txt", "#version: 0.2\na b c\n", "line 2")]
    [InlineData("vocab.json", "[1, 2]", "JSON object")]
    [InlineData("vocab.json", "{\"a\": ", "valid JSON")]
    [InlineData("vocab.json", "{\"a\": \"b\"}", "layout")]
    [InlineData("vocab.json", "{\"a\": 0}", "cls_token '<s>'")]
    [InlineData("tokenizer_config.json", "{\"added_tokens_decoder\": {\"x\": {\"content\": \"<s>\"}}}", "layout")]
    [InlineData("added_tokens.json", "{\"<x>\": null}", "layout")]
    public void A_bad_file_of_roberta_is_explained(string name, string contents, string expected)
    {
        using var folder = new TemporaryFolder().Copy(TokenizerGoldens.ClapFolder, "vocab.json", "merges.txt").With(name, contents);
        AssertRefused(() => RobertaTokenizer.FromFolder(folder.Root), name, expected);
    }

    [Theory]
    [InlineData("{}", "layout")]
    [InlineData("{\"model\": {\"type\": \"WordPiece\"}}", "WordPiece")]
    [InlineData("{\"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": 0}, \"merges\": [\"a\"]}}", "pair of symbols")]
    [InlineData("{\"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": 0}, \"merges\": [3]}}", "layout")]
    public void A_bad_tokenizer_json_of_roberta_is_explained(string contents, string expected)
    {
        using var folder = new TemporaryFolder().With("tokenizer.json", contents);
        AssertRefused(() => RobertaTokenizer.FromFolder(folder.Root), "tokenizer.json", expected);
    }

    [Theory]
    [InlineData("{\"model\": {\"type\": \"BPE\"}}", "found BPE")]
    [InlineData("{\"model\": {\"type\": \"Unigram\", \"unk_id\": 0, \"byte_fallback\": true}}", "byte fallback")]
    [InlineData("{\"model\": {\"type\": \"Unigram\", \"unk_id\": 0, \"vocab\": [[\"a\"]]}}", "layout")]
    [InlineData("{\"model\": {\"type\": \"Unigram\", \"unk_id\": 9, \"vocab\": [[\"a\", -1.0]]}}", "unknown piece")]
    [InlineData("{\"normalizer\": {\"precompiled_charsmap\": \"!\"}, \"model\": {\"unk_id\": 0, \"vocab\": [[\"<unk>\", 0.0]]}}", "layout")]
    [InlineData("{\"model\": {\"unk_id\": 0, \"vocab\": [[\"<unk>\", 0.0]]}}", "pad_token '<pad>'")]
    public void A_bad_tokenizer_json_of_t5_is_explained(string contents, string expected)
    {
        using var folder = new TemporaryFolder().With("tokenizer.json", contents);
        AssertRefused(() => T5Tokenizer.FromFolder(folder.Root), "tokenizer.json", expected);
    }

    [Fact]
    public void A_sentencepiece_model_cut_off_anywhere_is_refused()
    {
        var whole = SmallModel().Build();
        using var folder = new TemporaryFolder();
        for (var length = 0; length < whole.Length; length++)
        {
            folder.With("spiece.model", whole[..length]);

            // A cut between two fields leaves a readable file; it may lack pieces, or only settings that have defaults.
            var error = Record.Exception(() => T5Tokenizer.FromFolder(folder.Root));
            Assert.True(error is null or CheckpointException, $"{length} bytes: {error}");
        }

        var (cut, real) = (folder["spiece.model"], File.ReadAllBytes(Path.Combine(TokenizerGoldens.T5Folder, "spiece.model")));
        File.WriteAllBytes(cut, real[..(real.Length / 2)]);
        AssertRefused(() => T5Tokenizer.FromFolder(folder.Root), cut, "cut off or damaged");
    }

    [Theory]
    [InlineData(new byte[] { 0x02 }, "cut off or damaged")] // field 0
    [InlineData(new byte[] { 0x0E }, "6 is not a known storage")]
    [InlineData(new byte[] { 0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x07, 1 }, "cut off or damaged")] // 2 GB of one byte
    [InlineData(new byte[] { 0x0A, 2, 0x0A, 2 }, "cut off or damaged")] // a text that ends after its piece
    public void A_sentencepiece_model_whose_fields_make_no_sense_is_refused(byte[] contents, string expected)
    {
        using var folder = new TemporaryFolder().With("spiece.model", contents);
        AssertRefused(() => T5Tokenizer.FromFolder(folder.Root), folder["spiece.model"], expected);
    }

    [Fact]
    public void Random_bytes_never_escape_as_another_error()
    {
        var random = new Random(1);
        var whole = SmallModel().Build();
        using var folder = new TemporaryFolder();
        for (var i = 0; i < 500; i++)
        {
            var damaged = whole.ToArray();
            damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            folder.With("spiece.model", damaged);
            var error = Record.Exception(() => T5Tokenizer.FromFolder(folder.Root).Encode(["ab a"]));
            Assert.True(error is null or CheckpointException, $"{error}");
        }
    }

    [Fact]
    public void Another_kind_of_sentencepiece_model_is_refused()
    {
        using var folder = new TemporaryFolder().With("spiece.model", new SentencePieceBuilder { ModelType = 2 }.Build());
        AssertRefused(() => T5Tokenizer.FromFolder(folder.Root), "spiece.model", "model of type 2");
    }

    [Theory]
    [InlineData(new byte[] { 1 })]
    [InlineData(new byte[] { 4, 0, 0, 0, 1 })]
    [InlineData(new byte[] { 0xFC, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0 })]
    [InlineData(new byte[] { 4, 0, 0, 0, 0, 0, 0, 0, 65 })]
    public void A_damaged_character_map_is_refused(byte[] map)
    {
        using var folder = new TemporaryFolder().With("spiece.model", SmallModel(map).Build());
        AssertRefused(() => T5Tokenizer.FromFolder(folder.Root), "spiece.model", "character map");
    }

    private static SentencePieceBuilder SmallModel(byte[]? map = null) => new SentencePieceBuilder { CharacterMap = map ?? [] }
        .Add("<pad>", 0, PieceKind.Control).Add("</s>", 0, PieceKind.Control).Add("<unk>", 0, PieceKind.Unknown)
        .Add("\u2581", -1).Add("a", -2).Add("b", -2).Add("ab", -1);

    private static void AssertRefused(Action load, params string[] expected)
    {
        var message = Assert.Throws<CheckpointException>(load).Message;
        Assert.All(expected, part => Assert.Contains(part, message, StringComparison.Ordinal));
    }
}
