using System.Text.Json;
using Ddpo.Audio.Testing;
using Ddpo.Audio.Tokenizers;

namespace Ddpo.Audio.Tests.Tokenizers;

/// <summary>The golden ids, and the two tokenizers whose folders they name.</summary>
internal static class TokenizerGoldens
{
    public static JsonElement Root { get; } = JsonDocument.Parse(File.ReadAllBytes(Fixtures.Path("golden", "tokenizers.json"))).RootElement;

    public static string Folder(string name) => Fixtures.Path(Root.GetProperty(name).GetProperty("folder").GetString()!);

    public static string ClapFolder => Folder("clap");

    public static string T5Folder => Folder("t5");

    public static IEnumerable<JsonElement> Cases(string group) => Root.GetProperty(group).EnumerateArray();

    public static string[] Texts(JsonElement golden) => golden.TryGetProperty("texts", out var texts)
        ? [.. texts.EnumerateArray().Select(text => text.GetString()!)]
        : [golden.GetProperty("text").GetString()!];

    /// <summary>Compares a batch with <c>input_ids</c> and <c>attention_mask</c>, which have one or two dimensions.</summary>
    public static void AssertEqual(JsonElement golden, TokenBatch batch)
    {
        Assert.Equal(Rows(golden.GetProperty("input_ids")), batch.Ids);
        Assert.Equal(Rows(golden.GetProperty("attention_mask")), batch.Mask);
    }

    public static void AssertAllEqual(string group, string name, ITextTokenizer tokenizer)
    {
        Assert.NotEmpty(Cases(group));
        Assert.All(Cases(group), golden => AssertEqual(golden.GetProperty(name), tokenizer.Encode(Texts(golden))));
    }

    private static long[][] Rows(JsonElement ids) => ids.GetArrayLength() > 0 && ids[0].ValueKind == JsonValueKind.Array
        ? [.. ids.EnumerateArray().Select(Row)]
        : [Row(ids)];

    private static long[] Row(JsonElement ids) => [.. ids.EnumerateArray().Select(id => id.GetInt64())];
}
