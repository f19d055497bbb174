using System.Text.Json.Nodes;
using Ddpo.Audio.Testing;
using Ddpo.Audio.Tokenizers;
using Ddpo.Audio.Tokenizers.Unigram;

namespace Ddpo.Audio.Tests.Tokenizers;

public sealed class T5TokenizerTests
{
    private static readonly T5Tokenizer Tokenizer = T5Tokenizer.FromFolder(TokenizerGoldens.T5Folder);

    [Theory]
    [InlineData("single")]
    [InlineData("batches")]
    [InlineData("special")]
    public void Ids_and_masks_equal_the_reference(string group) => TokenizerGoldens.AssertAllEqual(group, "t5", Tokenizer);

    [Fact]
    public void Negative_prompts_take_the_given_length()
    {
        Assert.NotEmpty(TokenizerGoldens.Cases("negative"));
        Assert.All(TokenizerGoldens.Cases("negative"), golden => TokenizerGoldens.AssertEqual(
            golden.GetProperty("t5"), Tokenizer.Encode(TokenizerGoldens.Texts(golden), golden.GetProperty("t5_max_length").GetInt32())));
    }

    [Fact]
    public void The_settings_come_from_the_folder()
    {
        var golden = TokenizerGoldens.Root.GetProperty("t5");
        Assert.Equal(golden.GetProperty("pad").GetInt32(), Tokenizer.PadId);
        Assert.Equal(golden.GetProperty("max_length").GetInt32(), Tokenizer.MaxLength);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_tokenizer_json_gives_the_same_ids_whether_its_normalizer_is_alone_or_in_a_sequence(bool sequence)
    {
        using var folder = new TemporaryFolder()
            .Copy(TokenizerGoldens.T5Folder, "tokenizer_config.json")
            .With("tokenizer.json", TokenizerJsonFile(sequence));
        var tokenizer = T5Tokenizer.FromFolder(folder.Root);

        TokenizerGoldens.AssertAllEqual("single", "t5", tokenizer);
        TokenizerGoldens.AssertAllEqual("special", "t5", tokenizer);
    }

    [Fact]
    public void Extra_ids_are_numbered_when_no_file_lists_them()
    {
        using var folder = new TemporaryFolder().Copy(TokenizerGoldens.T5Folder, "spiece.model")
            .With("tokenizer_config.json", """{"extra_ids": 100}""");
        TokenizerGoldens.AssertAllEqual("special", "t5", T5Tokenizer.FromFolder(folder.Root));
    }

    [Fact]
    public void Without_settings_there_is_no_limit_of_length()
    {
        using var folder = new TemporaryFolder().Copy(TokenizerGoldens.T5Folder, "spiece.model");
        var tokenizer = T5Tokenizer.FromFolder(folder.Root);
        var batch = tokenizer.Encode([string.Join(' ', Enumerable.Repeat("a", 5000))]);

        Assert.Equal(int.MaxValue, tokenizer.MaxLength);
        Assert.Empty(batch.Truncated);
        Assert.True(batch.Length > 5000);
    }

    [Fact]
    public void A_truncated_text_keeps_the_closing_token_and_is_named()
    {
        var whole = Tokenizer.Encode(["a calm piano"]).Ids[0];
        var batch = Tokenizer.Encode(["a calm piano", "a"], padTo: 3);

        Assert.Equal([.. whole[..2], whole[^1]], batch.Ids[0]);
        Assert.Equal([0], batch.Truncated);
    }

    [Fact]
    public void User_defined_pieces_win_and_keep_their_spelling()
    {
        var model = new SentencePieceBuilder()
            .Add("<pad>", 0, PieceKind.Control).Add("</s>", 0, PieceKind.Control).Add("<unk>", 0, PieceKind.Unknown)
            .Add("\u2581", -1).Add("a", -2).Add("b", -2).Add("ab", -1).Add("a  b", 0, PieceKind.UserDefined).Add("c", -3, PieceKind.Unused)
            .Build();
        using var folder = new TemporaryFolder().With("spiece.model", model);
        var tokenizer = T5Tokenizer.FromFolder(folder.Root);

        Assert.Equal([3, 6, 1], tokenizer.Encode(["ab"]).Ids[0]);
        Assert.Equal([3, 2, 4, 1], tokenizer.Encode(["cca"]).Ids[0]);
        Assert.Equal([3, 4, 3, 5, 1], tokenizer.Encode([" a b "]).Ids[0]);
    }

    [Fact]
    public void White_space_stays_when_the_model_says_so()
    {
        var model = new SentencePieceBuilder { TrimsSpaces = false, AddsPrefix = false }
            .Add("<pad>", 0, PieceKind.Control).Add("</s>", 0, PieceKind.Control).Add("<unk>", 0, PieceKind.Unknown)
            .Add("\u2581", -1).Add("a", -2)
            .Build();
        using var folder = new TemporaryFolder().With("spiece.model", model);

        Assert.Equal([3, 4, 3, 3, 4, 3, 1], T5Tokenizer.FromFolder(folder.Root).Encode([" a  a "]).Ids[0]);
    }

    internal static string TokenizerJsonFile(bool sequence)
    {
        var definition = SentencePieceFile.Read(Path.Combine(TokenizerGoldens.T5Folder, "spiece.model"));
        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(TokenizerGoldens.T5Folder, "tokenizer_config.json")))!;
        var added = config["added_tokens_decoder"]!.AsObject().Select(entry =>
        {
            var token = entry.Value!.DeepClone();
            token["id"] = int.Parse(entry.Key, System.Globalization.CultureInfo.InvariantCulture);
            return token;
        }).ToArray();

        // The extra ids are pieces with score 0 in this layout.
        var pieces = definition.Pieces.Select(piece => new JsonArray(piece.Text, piece.Score))
            .Concat(added.Where(token => (int)token["id"]! >= definition.Pieces.Count).OrderBy(token => (int)token["id"]!)
                .Select(token => new JsonArray((string)token["content"]!, 0.0)));
        JsonNode normalizer = new JsonObject { ["type"] = "Precompiled", ["precompiled_charsmap"] = Convert.ToBase64String(definition.CharacterMap) };
        return new JsonObject
        {
            ["version"] = "1.0",
            ["added_tokens"] = new JsonArray([.. added]),
            ["normalizer"] = sequence
                ? new JsonObject { ["type"] = "Sequence", ["normalizers"] = new JsonArray(new JsonObject { ["type"] = "Strip" }, normalizer) }
                : normalizer,
            ["pre_tokenizer"] = new JsonObject { ["type"] = "Metaspace", ["replacement"] = "\u2581", ["add_prefix_space"] = true },
            ["model"] = new JsonObject { ["type"] = "Unigram", ["unk_id"] = 2, ["vocab"] = new JsonArray([.. pieces]) },
        }.ToJsonString();
    }
}
