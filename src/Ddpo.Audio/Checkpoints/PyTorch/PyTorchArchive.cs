using System.Text;

namespace Ddpo.Audio.Checkpoints.PyTorch;

/// <summary>The parts of a torch.save zip file: the root dictionary, parsed, and where each storage lies.</summary>
internal sealed class PyTorchArchive
{
    // Names and shapes only: even with an optimizer's state, a few megabytes.
    private const int MaxPickleLength = 16 << 20;

    // torch.save numbers them; a long key that a pickle uses many times would be looked up for hours.
    private const int MaxKeyLength = 64;

    private readonly BinaryFile _file;
    private readonly Dictionary<string, ZipEntry> _entries;
    private readonly Dictionary<string, ZipEntry> _storages;
    private readonly string _folder;

    private PyTorchArchive(BinaryFile file)
    {
        _file = file;
        _entries = ZipDirectory.Read(file);
        _folder = FindFolder();
        ThrowIfBigEndian();
        var prefix = $"{_folder}/data/";
        _storages = _entries.Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(entry => entry.Key[prefix.Length..], entry => entry.Value);
        var pickle = _entries[$"{_folder}/data.pkl"];
        if (pickle.Length > MaxPickleLength)
        {
            throw new InvalidDataException($"its pickle of {pickle.Length} bytes is longer than {MaxPickleLength}");
        }

        Root = PickleReader.Read(file.Read(pickle.Start, (int)pickle.Length), MakeStorage) as PickleDict
            ?? throw new InvalidDataException("expected a dictionary of tensors, found another object");
    }

    public PickleDict Root { get; }

    /// <exception cref="InvalidDataException">The file is damaged, or asks for something that weights do not need.</exception>
    public static PyTorchArchive Read(BinaryFile file) => new(file);

    /// <summary>Where in the file the storage's values begin.</summary>
    public long StartOf(PickleStorage storage) => _storages[storage.Key].Start;

    private string FindFolder()
    {
        const string PickleName = "/data.pkl";
        var pickles = _entries.Keys.Where(name => name.EndsWith(PickleName, StringComparison.Ordinal)).ToList();
        if (pickles is not [var pickle])
        {
            throw new InvalidDataException($"expected one data.pkl in the zip file, found {pickles.Count}: it was not written by torch.save");
        }

        var folder = pickle[..^PickleName.Length];
        return _entries.ContainsKey($"{folder}/constants.pkl")
            ? throw new InvalidDataException("it is a TorchScript program; save the model's state_dict instead")
            : folder;
    }

    private void ThrowIfBigEndian()
    {
        if (_entries.TryGetValue($"{_folder}/byteorder", out var order)
            && Encoding.ASCII.GetString(_file.Read(order.Start, (int)Math.Min(order.Length, 16))) is var text && text != "little")
        {
            throw new InvalidDataException($"its byte order is '{text}', only 'little' can be read; save it again on a little-endian machine");
        }
    }

    private object MakeStorage(PickleTuple id)
    {
        if (id.Items is ["storage", PickleUnread unread, ..])
        {
            return unread;
        }

        if (id.Items is not ["storage", PickleStorageType type, string { Length: <= MaxKeyLength } key, string, long count and >= 0, ..])
        {
            throw new InvalidDataException("its pickle refers to something other than a storage");
        }

        // Without a type the count is of bytes.
        var dtype = type.Dtype ?? ScalarType.Byte;
        if (!_storages.TryGetValue(key, out var entry) || entry.Length / Dtypes.SizeOf(dtype) < count)
        {
            throw new InvalidDataException($"its storage '{key}' is missing or shorter than {count} elements");
        }

        return new PickleStorage(key, dtype, count * Dtypes.SizeOf(dtype));
    }
}
