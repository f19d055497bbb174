using System.Buffers.Binary;
using System.Text.Json;

namespace Ddpo.Audio.Checkpoints.Safetensors;

/// <summary>The checked header of a .safetensors file: nothing in it points outside the file or at two tensors' bytes.</summary>
/// <remarks>
/// Layout: the header's length as a little-endian u64, the header as one JSON object, then the values. Every tensor has
/// <c>dtype</c>, <c>shape</c> and <c>data_offsets</c> [begin, end) within the values, which they cover without gap or overlap.
/// </remarks>
internal sealed class SafetensorsHeader
{
    /// <summary>Longest header that the format allows.</summary>
    public const long MaxLength = 100_000_000;

    private const int PrefixLength = sizeof(ulong);

    private readonly Dictionary<string, TensorEntry> _entries = [];
    private readonly Dictionary<string, long> _offsets = [];

    private SafetensorsHeader(IReadOnlyDictionary<string, string> metadata) => Metadata = metadata;

    public IReadOnlyDictionary<string, TensorEntry> Entries => _entries;

    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Where in the file the tensor's values begin.</summary>
    public long OffsetOf(string name) => _offsets[name];

    /// <exception cref="CheckpointException">The header is damaged or does not fit the file.</exception>
    public static SafetensorsHeader Read(BinaryFile file)
    {
        if (file.Length < PrefixLength)
        {
            throw Damaged(file, $"{PrefixLength} bytes of header length were expected, the file has {file.Length}");
        }

        var length = BinaryPrimitives.ReadUInt64LittleEndian(file.Read(0, PrefixLength));
        if (length > MaxLength || (long)length > file.Length - PrefixLength)
        {
            throw Damaged(
                file, $"its header should be {length} bytes long, at most {Math.Min(MaxLength, file.Length - PrefixLength)} are possible");
        }

        SafetensorsHeaderJson json;
        try
        {
            json = SafetensorsHeaderJson.Parse(file.Read(PrefixLength, (int)length));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            throw Damaged(file, $"its header is not what the format asks for: {exception.Message}", exception);
        }

        var header = new SafetensorsHeader(json.Metadata);
        header.Place(file, json.Tensors, PrefixLength + (long)length);
        return header;
    }

    private void Place(BinaryFile file, List<SafetensorsHeaderJson.TensorInfo> tensors, long dataStart)
    {
        long position = 0;
        foreach (var tensor in tensors.OrderBy(tensor => tensor.Begin).ThenBy(tensor => tensor.End))
        {
            if (!TensorShape.IsPossible(tensor.Shape))
            {
                throw Damaged(file, $"the shape [{TensorShape.Describe(tensor.Shape)}] of '{tensor.Name}' is too large");
            }

            var bytes = new TensorEntry(tensor.Name, tensor.Dtype, tensor.Shape).Bytes;

            if (tensor.Begin != position)
            {
                throw Damaged(file, $"'{tensor.Name}' begins at byte {tensor.Begin} of the values, expected {position}");
            }

            // The begin is at most the data's length here, so the difference cannot overflow.
            if (tensor.End < tensor.Begin || tensor.End - tensor.Begin != bytes)
            {
                throw Damaged(
                    file,
                    $"'{tensor.Name}' ({tensor.Dtype}, [{string.Join(", ", tensor.Shape)}]) needs {bytes} bytes, its offsets are {tensor.Begin} and {tensor.End}");
            }

            if (tensor.End > file.Length - dataStart)
            {
                throw Damaged(
                    file, $"'{tensor.Name}' ends at byte {tensor.End} of the values, the file has {file.Length - dataStart}: it was cut short");
            }

            position = tensor.End;
            _offsets.Add(tensor.Name, dataStart + tensor.Begin);
        }

        if (position != file.Length - dataStart)
        {
            throw Damaged(file, $"its tensors end at byte {position} of the values, the file has {file.Length - dataStart}");
        }

        foreach (var tensor in tensors)
        {
            _entries.Add(tensor.Name, new TensorEntry(tensor.Name, tensor.Dtype, tensor.Shape));
        }
    }

    private static CheckpointException Damaged(BinaryFile file, string what, Exception? cause = null) =>
        new($"'{file.Path}' is not a sound safetensors file: {what}. Download or copy it again.", cause);
}
