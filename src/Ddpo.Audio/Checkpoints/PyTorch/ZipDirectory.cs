using System.Text;

namespace Ddpo.Audio.Checkpoints.PyTorch;

/// <summary>Where the entries of an uncompressed zip file lie, so that they can be read in place.</summary>
/// <remarks>
/// torch.save never compresses. <see cref="System.IO.Compression.ZipArchive"/> does not tell an entry's position, and a stream
/// could not be read at the offsets of views. Zip64 is understood: checkpoints beyond 4 GB use it.
/// </remarks>
internal static class ZipDirectory
{
    private const uint EndSignature = 0x06054b50;
    private const uint End64LocatorSignature = 0x07064b50;
    private const uint End64Signature = 0x06064b50;
    private const uint EntrySignature = 0x02014b50;
    private const uint LocalSignature = 0x04034b50;
    private const int EndLength = 22;
    private const int End64LocatorLength = 20;
    private const int End64Length = 56;
    private const int EntryLength = 46;
    private const int LocalLength = 30;
    private const ushort Zip64Extra = 1;
    private const int Encrypted = 1;

    /// <summary>Reads the directory at the file's end.</summary>
    /// <exception cref="InvalidDataException">It is missing, damaged, points outside the file or has a compressed entry.</exception>
    public static Dictionary<string, ZipEntry> Read(BinaryFile file)
    {
        var (start, length, count) = FindDirectory(file);
        var entries = new Dictionary<string, ZipEntry>();
        var end = start + length;
        for (var position = start; position < end;)
        {
            var fixedPart = new ZipRecord(file, position, EntryLength, EntrySignature, "directory entry");
            var (nameLength, extraLength, commentLength) = (fixedPart.U16(28), fixedPart.U16(30), fixedPart.U16(32));
            var variable = ZipRecord.Bytes(file, position + EntryLength, nameLength + extraLength + commentLength, "directory entry");
            var name = Encoding.UTF8.GetString(variable[..nameLength]);
            if ((fixedPart.U16(8) & Encrypted) != 0 || fixedPart.U16(10) != 0)
            {
                throw new InvalidDataException($"its entry '{name}' is compressed or encrypted, which torch.save never does");
            }

            var (size, local) = Resolve64(
                fixedPart.U32(20), fixedPart.U32(24), fixedPart.U32(42), variable.Slice(nameLength, extraLength), name);
            if (!entries.TryAdd(name, Locate(file, name, local, size)))
            {
                throw new InvalidDataException($"its entry '{name}' is there twice");
            }

            position += EntryLength + variable.Length;
        }

        return entries.Count == count
            ? entries
            : throw new InvalidDataException($"its directory should have {count} entries and has {entries.Count}");
    }

    private static (long Start, long Length, long Count) FindDirectory(BinaryFile file)
    {
        // The record is followed by a comment of up to 65535 bytes; torch.save writes none.
        var tail = (int)Math.Min(file.Length, EndLength + ushort.MaxValue);
        var found = file.Read(file.Length - tail, tail).AsSpan().LastIndexOf("PK\x05\x06"u8);
        if (found < 0)
        {
            throw new InvalidDataException("the directory at its end is missing: it was cut short");
        }

        var position = file.Length - tail + found;
        var end = new ZipRecord(file, position, EndLength, EndSignature, "end of directory");
        (long start, long length, long count) = (end.U32(16), end.U32(12), end.U16(10));
        if (start == uint.MaxValue || length == uint.MaxValue || count == ushort.MaxValue)
        {
            var locator = new ZipRecord(file, position - End64LocatorLength, End64LocatorLength, End64LocatorSignature, "zip64 locator");
            position = locator.I64(8);
            var end64 = new ZipRecord(file, position, End64Length, End64Signature, "zip64 end of directory");
            (start, length, count) = (end64.I64(48), end64.I64(40), end64.I64(32));
        }

        return start <= position && length <= position - start
            ? (start, length, count)
            : throw new InvalidDataException("the directory at its end points outside the file");
    }

    private static (long Size, long Local) Resolve64(
        uint stored, uint size, uint local, ReadOnlySpan<byte> extra, string name)
    {
        (long wideSize, long wideLocal) = (size, local);
        while (extra.Length >= 4)
        {
            var (id, length) = (BitConverter.ToUInt16(extra), BitConverter.ToUInt16(extra[2..]));
            if (length > extra.Length - 4)
            {
                break;
            }

            if (id == Zip64Extra)
            {
                // Holds, in this order, only those fields that did not fit.
                var fields = extra.Slice(4, length);
                wideSize = size == uint.MaxValue ? Next(ref fields, name) : size;
                _ = stored == uint.MaxValue ? Next(ref fields, name) : 0;
                wideLocal = local == uint.MaxValue ? Next(ref fields, name) : local;
            }

            extra = extra[(4 + length)..];
        }

        return (wideSize, wideLocal);
    }

    private static long Next(ref ReadOnlySpan<byte> fields, string name)
    {
        if (fields.Length < sizeof(long) || BitConverter.ToInt64(fields) is var value && value < 0)
        {
            throw new InvalidDataException($"the sizes of its entry '{name}' are damaged");
        }

        fields = fields[sizeof(long)..];
        return value;
    }

    private static ZipEntry Locate(BinaryFile file, string name, long local, long size)
    {
        var header = new ZipRecord(file, local, LocalLength, LocalSignature, $"header of '{name}'");
        var start = local + LocalLength + header.U16(26) + header.U16(28);
        return start <= file.Length && size <= file.Length - start
            ? new ZipEntry(start, size)
            : throw new InvalidDataException($"its entry '{name}' ends outside the file");
    }
}

/// <summary>The bytes of one entry within the zip file.</summary>
internal readonly record struct ZipEntry(long Start, long Length);
