using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ddpo.Audio.Models.UNet;

/// <summary>A setting that config.json gives once for all blocks of the UNet, or as a list with one value a block.</summary>
[JsonConverter(typeof(PerBlockConverterFactory))]
internal sealed class PerBlock<T>
{
    private readonly IReadOnlyList<T> _values;
    private readonly bool _isShared;

    private PerBlock(IReadOnlyList<T> values, bool isShared) => (_values, _isShared) = (values, isShared);

    /// <summary>The value of a block, counted from the outermost.</summary>
    public T this[int block] => _values[_isShared ? 0 : block];

    public static PerBlock<T> Shared(T value) => new([value], isShared: true);

    public static PerBlock<T> Each(IReadOnlyList<T> values) => new(values, isShared: false);

    /// <summary>Whether there is a value for each of <paramref name="blocks"/> blocks.</summary>
    public bool Covers(int blocks) => _isShared || _values.Count == blocks;

    /// <summary>Whether a value given for any block satisfies <paramref name="predicate"/>.</summary>
    public bool Any(Func<T, bool> predicate) => _values.Any(predicate);
}

/// <summary>The feature counts of the texts that the transformers behind each resnet attend to; null is self-attention.</summary>
[JsonConverter(typeof(TextWidthsConverter))]
internal sealed record TextWidths(IReadOnlyList<long?> Entries);

internal sealed class PerBlockConverterFactory : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) =>
        typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(PerBlock<>);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(
            typeof(PerBlockConverter<>).MakeGenericType(typeToConvert.GetGenericArguments()))!;
}

internal sealed class PerBlockConverter<T> : JsonConverter<PerBlock<T>>
{
    public override PerBlock<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.StartArray
            ? PerBlock<T>.Each(JsonSerializer.Deserialize<T[]>(ref reader, options)!)
            : PerBlock<T>.Shared(JsonSerializer.Deserialize<T>(ref reader, options)!);

    public override void Write(Utf8JsonWriter writer, PerBlock<T> value, JsonSerializerOptions options) =>
        throw new NotSupportedException("Configurations are only read.");
}

internal sealed class TextWidthsConverter : JsonConverter<TextWidths>
{
    // An entry that is null itself stands for a block without transformers.
    public override bool HandleNull => true;

    public override TextWidths Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType switch
        {
            JsonTokenType.Null => new([]),
            JsonTokenType.StartArray => new(JsonSerializer.Deserialize<long?[]>(ref reader, options)!),
            _ => new([reader.GetInt64()]),
        };

    public override void Write(Utf8JsonWriter writer, TextWidths value, JsonSerializerOptions options) =>
        throw new NotSupportedException("Configurations are only read.");
}
