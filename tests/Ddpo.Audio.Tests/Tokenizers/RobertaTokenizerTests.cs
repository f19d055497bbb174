using System.Text.Json;
using System.Text.Json.Nodes;
using Ddpo.Audio.Testing;
using Ddpo.Audio.Tokenizers;

namespace Ddpo.Audio.Tests.Tokenizers;

public sealed class RobertaTokenizerTests
{
    private static readonly RobertaTokenizer Tokenizer = RobertaTokenizer.FromFolder(TokenizerGoldens.ClapFolder);

    [Theory]
    [InlineData("single")]
    [InlineData("batches")]
    [InlineData("special")]
    public void Ids_and_masks_equal_the_reference(string group) => TokenizerGoldens.AssertAllEqual(group, "clap", Tokenizer);

    [Fact]
    public void The_settings_come_from_the_folder()
    {
        var golden = TokenizerGoldens.Root.GetProperty("clap");
        Assert.Equal(golden.GetProperty("pad").GetInt32(), Tokenizer.PadId);
        Assert.Equal(golden.GetProperty("max_length").GetInt32(), Tokenizer.MaxLength);
    }

    [Fact]
    public void A_tokenizer_json_gives_the_same_ids_in_both_spellings_of_merges()
    {
        foreach (var asPairs in new[] { false, true })
        {
            using var folder = new TemporaryFolder()
                .Copy(TokenizerGoldens.ClapFolder, "tokenizer_config.json")
                .With("tokenizer.json", TokenizerJsonFile(asPairs));
            TokenizerGoldens.AssertAllEqual("single", "clap", RobertaTokenizer.FromFolder(folder.Root));
        }
    }

    [Fact]
    public void Without_settings_the_special_tokens_of_roberta_base_are_assumed()
    {
        using var folder = new TemporaryFolder().Copy(TokenizerGoldens.ClapFolder, "vocab.json", "merges.txt");
        var length = TokenizerGoldens.Root.GetProperty("clap").GetProperty("max_length").GetInt32();

        Assert.Equal(512, RobertaTokenizer.FromFolder(folder.Root).MaxLength);
        TokenizerGoldens.AssertAllEqual("single", "clap", RobertaTokenizer.FromFolder(folder.Root, length));
    }

    [Fact]
    public void A_length_of_no_limit_is_that_of_roberta_base()
    {
        using var folder = new TemporaryFolder().Copy(TokenizerGoldens.ClapFolder, "vocab.json", "merges.txt")
            .With("tokenizer_config.json", """{"model_max_length": 1000000000000000019884624838656}""");
        Assert.Equal(512, RobertaTokenizer.FromFolder(folder.Root).MaxLength);
    }

    [Fact]
    public void A_given_length_pads_and_truncates_to_it_and_names_the_truncated_texts()
    {
        var batch = Tokenizer.Encode(["a", "calm piano and a flute"], padTo: 4);

        Assert.Equal(4, batch.Length);
        Assert.All(batch.Ids, row => Assert.Equal(4, row.Length));
        Assert.Equal([1], batch.Truncated);
        Assert.Equal(Tokenizer.Encode([""], 2).Ids[0][1], batch.Ids[1][3]);
    }

    [Fact]
    public void A_prefix_space_makes_the_first_word_like_any_other()
    {
        using var folder = new TemporaryFolder().Copy(TokenizerGoldens.ClapFolder)
            .With("tokenizer_config.json", """{"add_prefix_space": true}""");
        var prefixed = RobertaTokenizer.FromFolder(folder.Root, Tokenizer.MaxLength);

        Assert.Equal(Tokenizer.Encode([" piano"]).Ids, prefixed.Encode(["piano"]).Ids);
        Assert.Equal(Tokenizer.Encode([" piano"]).Ids, prefixed.Encode([" piano"]).Ids);
        Assert.NotEqual(Tokenizer.Encode(["piano"]).Ids, prefixed.Encode(["piano"]).Ids);
    }

    [Fact]
    public void Unpaired_surrogates_count_as_the_replacement_character() =>
        Assert.Equal(Tokenizer.Encode(["a\uFFFDb"]).Ids, Tokenizer.Encode(["a\uD834b"]).Ids);

    [Fact]
    public void More_words_than_the_cache_holds_change_nothing()
    {
        var before = Tokenizer.Encode(["piano"]).Ids;
        for (var i = 0; i < 11_000; i++)
        {
            Tokenizer.Encode([$"w{i}"], padTo: 8);
        }

        Assert.Equal(before, Tokenizer.Encode(["piano"]).Ids);
        Assert.Equal(Tokenizer.Encode(["w10999"]).Ids, Tokenizer.Encode(["w10999"]).Ids);
    }

    [Fact]
    public void No_texts_null_texts_and_lengths_without_room_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Tokenizer.Encode([]));
        Assert.Throws<ArgumentException>(() => Tokenizer.Encode([null!]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Tokenizer.Encode(["a"], padTo: 1));
    }

    private static string TokenizerJsonFile(bool asPairs)
    {
        var folder = TokenizerGoldens.ClapFolder;
        var merges = File.ReadLines(Path.Combine(folder, "merges.txt")).Skip(1).Where(line => line.Length > 0)
            .Select(line => asPairs ? new JsonArray([.. line.Split(' ').Select(part => (JsonNode)part)]) : (JsonNode)line);
        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "tokenizer_config.json")))!;
        var added = config["added_tokens_decoder"]!.AsObject().Select(entry =>
        {
            var token = entry.Value!.DeepClone();
            token["id"] = int.Parse(entry.Key, System.Globalization.CultureInfo.InvariantCulture);
            return token;
        });
        return new JsonObject
        {
            ["version"] = "1.0",
            ["truncation"] = null,
            ["added_tokens"] = new JsonArray([.. added]),
            ["normalizer"] = null,
            ["pre_tokenizer"] = new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = false, ["trim_offsets"] = true },
            ["model"] = new JsonObject
            {
                ["type"] = "BPE",
                ["dropout"] = null,
                ["vocab"] = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "vocab.json"))),
                ["merges"] = new JsonArray([.. merges]),
            },
        }.ToJsonString(new JsonSerializerOptions { WriteIndented = true });
    }
}
