using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Ddpo.Audio.Checkpoints.Safetensors;

/// <summary>Writes .safetensors files. The same tensors and metadata give the same bytes.</summary>
internal static class SafetensorsWriter
{
    private const int Alignment = 8;
    private const int ChunkBytes = 1 << 30;
    private const string MetadataName = "__metadata__";

    // Wide types first, so that every tensor is aligned; within that, the order of the reference implementation.
    private static readonly ScalarType[] _order =
    [
        ScalarType.Int64, ScalarType.Float64, ScalarType.Float32, ScalarType.Int32, ScalarType.BFloat16,
        ScalarType.Float16, ScalarType.Int16, ScalarType.Int8, ScalarType.Byte, ScalarType.Bool,
    ];

    /// <summary>Writes the file whole or not at all; see <see cref="AtomicFile"/>.</summary>
    /// <param name="path">Replaced when it exists; its folder must exist.</param>
    /// <param name="tensors">The tensors, on any device and with any strides.</param>
    /// <param name="metadata">Text to keep with them, such as <c>format = pt</c>, which Python's readers look for.</param>
    /// <exception cref="ArgumentException">A name is reserved, or a type is one that the format does not have.</exception>
    /// <exception cref="CheckpointException">The file could not be written.</exception>
    public static void Write(
        string path, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        try
        {
            AtomicFile.Write(path, stream => WriteTo(stream, tensors, metadata));
        }
        catch (IOException exception)
        {
            throw new CheckpointException(exception.Message, exception);
        }
    }

    /// <summary>Writes the content of such a file.</summary>
    internal static void WriteTo(
        Stream stream, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        if (tensors.ContainsKey(MetadataName))
        {
            throw new ArgumentException($"A tensor cannot be named '{MetadataName}'.", nameof(tensors));
        }

        var ordered = tensors
            .OrderBy(tensor => Array.IndexOf(_order, tensor.Value.dtype))
            .ThenBy(tensor => tensor.Key, StringComparer.Ordinal)
            .ToList();
        WriteHeader(stream, ordered, metadata);
        foreach (var (_, tensor) in ordered)
        {
            WriteValues(stream, tensor);
        }
    }

    private static void WriteHeader(
        Stream stream, List<KeyValuePair<string, Tensor>> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        using var header = new MemoryStream();
        using (var json = new Utf8JsonWriter(header, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                json.WriteStartObject(MetadataName);
                foreach (var (key, value) in metadata.OrderBy(item => item.Key, StringComparer.Ordinal))
                {
                    json.WriteString(key, value);
                }

                json.WriteEndObject();
            }

            long position = 0;
            foreach (var (name, tensor) in tensors)
            {
                json.WriteStartObject(name);
                json.WriteString("dtype", SafetensorsDtypes.NameOf(tensor.dtype));
                WriteNumbers(json, "shape", tensor.shape);
                var end = position + (tensor.numel() * Dtypes.SizeOf(tensor.dtype));
                WriteNumbers(json, "data_offsets", position, end);
                json.WriteEndObject();
                position = end;
            }

            json.WriteEndObject();
        }

        while (header.Length % Alignment != 0)
        {
            header.WriteByte((byte)' ');
        }

        Span<byte> length = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        stream.Write(length);
        header.WriteTo(stream);
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, params ReadOnlySpan<long> numbers)
    {
        json.WriteStartArray(name);
        foreach (var number in numbers)
        {
            json.WriteNumberValue(number);
        }

        json.WriteEndArray();
    }

    private static void WriteValues(Stream stream, Tensor tensor)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var flat = tensor.detach().cpu().contiguous().view(-1);
        var total = flat.numel();
        var chunk = ChunkBytes / Dtypes.SizeOf(tensor.dtype);
        for (long done = 0; done < total; done += chunk)
        {
            using var part = flat.narrow(0, done, Math.Min(chunk, total - done));
            stream.Write(part.bytes);
        }
    }
}
