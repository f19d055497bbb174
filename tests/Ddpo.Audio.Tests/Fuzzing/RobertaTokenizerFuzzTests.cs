using System.Text;
using Ddpo.Audio.Testing;
using Ddpo.Audio.Testing.Fuzzing;
using Ddpo.Audio.Tokenizers;

namespace Ddpo.Audio.Tests.Fuzzing;

public sealed class RobertaTokenizerFuzzTests
{
    private const string Vocabulary = """{"<s>":0,"<pad>":1,"</s>":2,"<unk>":3,"a":4,"b":5,"ab":6,"\u0120":7,"\u0120ab":8,"<mask>":9}""";
    private const string Merges = "#version: 0.2\na b\n\u0120 ab\n";

    private static readonly string[] s_texts = ["ab a", "", "a <mask> \U0001F3B9 b's </s>"];

    [Fact]
    public void Damaged_vocab_json_is_read_or_refused() => Fuzzer.Run(Target("vocab.json", Vocabulary));

    [Fact]
    public void Damaged_merges_txt_is_read_or_refused() => Fuzzer.Run(Target("merges.txt", Merges));

    [Theory]
    [InlineData("tokenizer_config.json", """{"model_max_length":20,"add_prefix_space":true,"cls_token":"<s>","pad_token":{"content":"<pad>","lstrip":true},"added_tokens_decoder":{"9":{"content":"<mask>","lstrip":true,"rstrip":false}}}""")]
    [InlineData("special_tokens_map.json", """{"cls_token":"<s>","sep_token":{"content":"</s>"},"unk_token":"<unk>"}""")]
    [InlineData("added_tokens.json", """{"<mask>":9,"<x>":10}""")]
    public void Damaged_settings_are_read_or_refused(string file, string content) => Fuzzer.Run(Target(file, content));

    [Fact]
    public void Damaged_tokenizer_json_is_read_or_refused() => Fuzzer.Run(new FuzzTarget("roberta-tokenizer.json", "tokenizer.json", Read)
    {
        Corpus =
        [
            .. new[] { """["a b"]""", """[["a","b"]]""" }.Select(merges => Encoding.UTF8.GetBytes(
                $$$"""{"added_tokens":[{"id":9,"content":"<mask>","lstrip":true}],"pre_tokenizer":{"add_prefix_space":true},"model":{"type":"BPE","vocab":{{{Vocabulary}}},"merges":{{{merges}}}}}""")),
        ],
        BytesPerByte = 200,
    });

    [Theory]
    [InlineData("""{"cls_token":"\ud800"}""")]
    [InlineData("""{"model_max_length":1}""")]
    [InlineData("""{"added_tokens_decoder":null}""")]
    public void Settings_that_cannot_be_used_are_refused(string settings)
    {
        using var folder = Folder().With("tokenizer_config.json", settings);
        Assert.Contains(folder.Root, Assert.Throws<CheckpointException>(() => Read(folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Negative_ids_are_refused()
    {
        using var folder = Folder().With("added_tokens.json", """{"<x>":-1}""");
        Assert.Contains(folder["added_tokens.json"], Refusal(), StringComparison.Ordinal);

        folder.With("added_tokens.json", "{}").With("vocab.json", Vocabulary.Replace(":0", ":-3", StringComparison.Ordinal));
        Assert.Contains("expected ids of 0 or more, found -3", Refusal(), StringComparison.Ordinal);

        string Refusal() => Assert.Throws<CheckpointException>(() => Read(folder)).Message;
    }

    [Fact]
    public void A_huge_maximum_length_is_none()
    {
        using var folder = Folder().With("tokenizer_config.json", """{"model_max_length":2147483646}""");
        Assert.Equal(512, RobertaTokenizer.FromFolder(folder.Root).MaxLength);
    }

    private static FuzzTarget Target(string file, string content) => new("roberta-" + file, file, Read)
    {
        Corpus = [Encoding.UTF8.GetBytes(content)],
        Prepare = folder => folder.With("vocab.json", Vocabulary).With("merges.txt", Merges),
        BytesPerByte = 200,
        Iterations = 4000,
    };

    private static TemporaryFolder Folder() => new TemporaryFolder().With("vocab.json", Vocabulary).With("merges.txt", Merges);

    private static void Read(TemporaryFolder folder)
    {
        var tokenizer = RobertaTokenizer.FromFolder(folder.Root);
        Assert.Equal(s_texts.Length, tokenizer.Encode(s_texts, padTo: 16).Ids.Length);
        Assert.InRange(tokenizer.MaxLength, 2, 1 << 16);
    }
}
