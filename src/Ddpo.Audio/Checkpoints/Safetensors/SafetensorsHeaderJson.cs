using System.Text.Json;

namespace Ddpo.Audio.Checkpoints.Safetensors;

/// <summary>The header's JSON, read strictly: no duplicate, no missing field, no wrong type.</summary>
internal sealed class SafetensorsHeaderJson
{
    public Dictionary<string, string> Metadata { get; } = [];

    public List<TensorInfo> Tensors { get; } = [];

    /// <exception cref="JsonException">The text is not JSON, or not of the form that the format asks for.</exception>
    public static SafetensorsHeaderJson Parse(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty || utf8[0] != (byte)'{')
        {
            throw new JsonException("it must begin with '{'");
        }

        var header = new SafetensorsHeaderJson();
        var names = new HashSet<string>();
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = 16 });
        reader.Read();
        while (NextProperty(ref reader) is { } name)
        {
            if (!names.Add(name))
            {
                throw new JsonException($"'{name}' is there twice");
            }

            Expect(ref reader, JsonTokenType.StartObject, name);
            if (name == "__metadata__")
            {
                header.ReadMetadata(ref reader);
            }
            else
            {
                header.Tensors.Add(ReadTensor(ref reader, name));
            }
        }

        if (reader.Read())
        {
            throw new JsonException("something follows the object");
        }

        return header;
    }

    private void ReadMetadata(ref Utf8JsonReader reader)
    {
        while (NextProperty(ref reader) is { } key)
        {
            Expect(ref reader, JsonTokenType.String, key);
            Metadata[key] = reader.GetString()!;
        }
    }

    private static TensorInfo ReadTensor(ref Utf8JsonReader reader, string name)
    {
        string? dtype = null;
        long[]? shape = null;
        long[]? offsets = null;
        while (NextProperty(ref reader) is { } field)
        {
            reader.Read();
            switch (field)
            {
                case "dtype" when dtype is null:
                    dtype = reader.TokenType == JsonTokenType.String ? reader.GetString() : throw Wrong(name, field);
                    break;
                case "shape" when shape is null:
                    shape = ReadNumbers(ref reader, name, field);
                    break;
                case "data_offsets" when offsets is null:
                    offsets = ReadNumbers(ref reader, name, field);
                    break;
                case "dtype" or "shape" or "data_offsets":
                    throw new JsonException($"'{field}' of '{name}' is there twice");
                default:
                    reader.Skip();
                    break;
            }
        }

        if (dtype is null || shape is null || offsets is not [var begin, var end])
        {
            throw new JsonException($"'{name}' must have dtype, shape and two data_offsets");
        }

        return SafetensorsDtypes.Parse(dtype) is { } known
            ? new TensorInfo(name, known, shape, begin, end)
            : throw new JsonException($"'{name}' has the type {dtype}; {SafetensorsDtypes.Names} can be read");
    }

    private static long[] ReadNumbers(ref Utf8JsonReader reader, string name, string field)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw Wrong(name, field);
        }

        var numbers = new List<long>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out var number) || number < 0)
            {
                throw Wrong(name, field);
            }

            numbers.Add(number);
        }

        return [.. numbers];
    }

    private static string? NextProperty(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.PropertyName ? reader.GetString() : null;
    }

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType type, string name)
    {
        reader.Read();
        if (reader.TokenType != type)
        {
            throw new JsonException($"'{name}' must be {(type == JsonTokenType.String ? "text" : "an object")}, found {reader.TokenType}");
        }
    }

    private static JsonException Wrong(string name, string field) => new($"'{field}' of '{name}' has a wrong value");

    /// <summary>One tensor as the header has it; the numbers are not negative and otherwise unchecked.</summary>
    internal sealed record TensorInfo(string Name, ScalarType Dtype, long[] Shape, long Begin, long End);
}
