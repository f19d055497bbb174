using System.Buffers.Binary;
using System.Text;

namespace Ddpo.Audio.Runtime.LibTorch;

/// <summary>Reads a shared library for Linux on x64, as far as the loader does. Nothing in it is trusted.</summary>
/// <remarks>The format: the System V ABI's chapters on object files and dynamic linking; the machine's part is the x86-64 psABI.</remarks>
internal sealed class ElfImage
{
    private const int SharedObject = 3, X64 = 62; // ET_DYN, EM_X86_64
    private const uint Loaded = 1, Dynamic = 2; // PT_LOAD, PT_DYNAMIC
    private const int SegmentBytes = 56, EntryBytes = 16; // of Elf64_Phdr, Elf64_Dyn
    private const ulong StringTable = 5, StringTableBytes = 10; // DT_STRTAB, DT_STRSZ

    private readonly string _path;
    private readonly Stream _content;
    private readonly List<(ulong Address, ulong Offset, ulong Bytes)> _segments = [];
    private readonly Dictionary<ulong, ulong> _dynamic = [];
    private (ulong Offset, ulong Bytes) _strings;

    /// <summary>Reads the headers, and finds that all they tell of lies in the file.</summary>
    /// <param name="path">For messages.</param>
    /// <param name="content">The file; the caller closes it when the image is not used any more.</param>
    /// <exception cref="BadImageFormatException">The file is no such library, or damaged.</exception>
    public ElfImage(string path, Stream content)
    {
        (_path, _content) = (path, content);
        Span<byte> start = stackalloc byte[20];
        Read(0, start);
        if (!start.StartsWith("\x7F"u8) || !start[1..].StartsWith("ELF\x2\x1\x1"u8) || start[16] != SharedObject || start[18] != X64)
        {
            throw Damaged("is not a shared library for Linux on x64");
        }

        var (segments, sections) = (U64(32), U64(40));
        var (segmentBytes, segmentCount, sectionBytes, sectionCount) = (U16(54), U16(56), U16(58), U16(60));
        Require(sections, (ulong)sectionBytes * sectionCount); // these come last: a file that was cut off lacks them
        if (segmentBytes != SegmentBytes)
        {
            throw Damaged("has program headers of an unknown size");
        }

        ReadDynamic(ReadSegments(segments, segmentCount) ?? throw Damaged("has no dynamic section"));
    }

    /// <summary>Opens a file, and finds that it is whole.</summary>
    /// <inheritdoc cref="ElfImage(string, Stream)"/>
    public static void Check(string path)
    {
        using var stream = File.OpenRead(path);
        _ = new ElfImage(path, stream);
    }

    /// <summary>An entry of the dynamic section, such as the address of a table; null where there is none.</summary>
    public ulong? Entry(ulong tag) => _dynamic.TryGetValue(tag, out var value) ? value : null;

    /// <summary>Where in the file some bytes lie that the loader puts at an address.</summary>
    public ulong OffsetOf(ulong address, ulong bytes)
    {
        foreach (var segment in _segments)
        {
            if (address >= segment.Address && address - segment.Address <= segment.Bytes && bytes <= segment.Bytes - (address - segment.Address))
            {
                return segment.Offset + (address - segment.Address);
            }
        }

        throw Damaged("refers to what is not in it");
    }

    /// <summary>Fills a span from the file.</summary>
    public void Read(ulong offset, Span<byte> bytes)
    {
        Require(offset, (ulong)bytes.Length);
        _content.Position = (long)offset;
        _content.ReadExactly(bytes);
    }

    /// <summary>A name in the dynamic string table.</summary>
    public string Name(uint index)
    {
        Span<byte> name = stackalloc byte[256];
        if (index >= _strings.Bytes)
        {
            throw Damaged("has a name outside its table of names");
        }

        name = name[..(int)Math.Min((ulong)name.Length, _strings.Bytes - index)];
        Read(_strings.Offset + index, name);
        var end = name.IndexOf((byte)0);
        return end >= 0 ? Encoding.UTF8.GetString(name[..end]) : throw Damaged("has a name without an end");
    }

    /// <summary>What to throw when the file is not as it should be.</summary>
    /// <param name="what">What is wrong, after "the file ".</param>
    public BadImageFormatException Damaged(string what) =>
        new($"'{_path}' {what}: it is damaged, or of a kind that is not known here.");

    public ushort U16(ulong offset)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ushort)];
        Read(offset, bytes);
        return BinaryPrimitives.ReadUInt16LittleEndian(bytes);
    }

    public uint U32(ulong offset)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        Read(offset, bytes);
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }

    public ulong U64(ulong offset)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        Read(offset, bytes);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    // Notes what is loaded, and returns where the dynamic section is.
    private (ulong Offset, ulong Bytes)? ReadSegments(ulong table, ulong count)
    {
        (ulong, ulong)? dynamic = null;
        Require(table, count * SegmentBytes);
        for (var at = table; at < table + (count * SegmentBytes); at += SegmentBytes)
        {
            var (type, offset, address, bytes) = (U32(at), U64(at + 8), U64(at + 16), U64(at + 32));
            Require(offset, bytes);
            if (type == Loaded)
            {
                _segments.Add((address, offset, bytes));
            }
            else if (type == Dynamic)
            {
                dynamic = (offset, bytes);
            }
        }

        return dynamic;
    }

    private void ReadDynamic((ulong Offset, ulong Bytes) section)
    {
        for (ulong at = 0; ; at += EntryBytes)
        {
            if (at + EntryBytes > section.Bytes)
            {
                throw Damaged("has a dynamic section without an end");
            }

            var tag = U64(section.Offset + at);
            if (tag == 0)
            {
                break;
            }

            _dynamic.TryAdd(tag, U64(section.Offset + at + 8));
        }

        var bytes = Entry(StringTableBytes) ?? 0;
        _strings = (OffsetOf(Entry(StringTable) ?? throw Damaged("has no table of names"), bytes), bytes);
    }

    private void Require(ulong offset, ulong bytes)
    {
        var length = (ulong)_content.Length;
        if (offset > length || bytes > length - offset)
        {
            throw Damaged($"ends after {length} bytes, in the middle of what its headers announce");
        }
    }
}
