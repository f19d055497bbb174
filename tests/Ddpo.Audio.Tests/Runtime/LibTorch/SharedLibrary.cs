using System.Text;

namespace Ddpo.Audio.Tests.Runtime.LibTorch;

/// <summary>Makes shared libraries for Linux on x64 of nothing but their tables.</summary>
/// <param name="Needs">The versions that are asked of other libraries: the library, the version, its number, and its flags.</param>
/// <param name="Defines">The versions that are there for others.</param>
/// <param name="Symbols">The number of the version of each symbol.</param>
/// <param name="Uses">The symbols that relocations refer to; 0 for none.</param>
/// <param name="Calls">The symbols that calls refer to.</param>
internal sealed record SharedLibrary(
    (string Library, (string Version, ushort Number, ushort Flags)[] Versions)[] Needs,
    string[] Defines,
    ushort[] Symbols,
    uint[] Uses,
    uint[] Calls)
{
    // What lies at the file's beginning is loaded here.
    private const ulong Address = 0x40000;

    private const int HeaderBytes = 64, SegmentBytes = 56, Sections = 2;

    /// <summary>A runtime that has only these versions.</summary>
    public static byte[] Runtime(params string[] versions) => new SharedLibrary([], versions, [], [], []).ToArray();

    /// <summary>The file.</summary>
    public byte[] ToArray()
    {
        var names = new MemoryStream();
        names.WriteByte(0);
        var body = new MemoryStream();
        var tags = new List<(ulong Tag, ulong Value)>();
        WriteTable(body, tags, Needs.Length, 0x6ffffffe, 0x6fffffff, writer => WriteNeeds(writer, names));
        WriteTable(body, tags, Defines.Length, 0x6ffffffc, 0x6ffffffd, writer => WriteDefines(writer, names));
        WriteTable(body, tags, Symbols.Length, 0x6ffffff0, null, writer => Array.ForEach(Symbols, writer.Write));
        WriteRelocations(body, tags, Uses, 7, 8);
        WriteRelocations(body, tags, Calls, 23, 2);
        tags.Add((20, 7));
        WriteTable(body, tags, 1, 5, null, writer => writer.Write(names.ToArray()));
        tags.Add((10, (ulong)names.Length));
        tags.Add((0, 0));

        var file = new MemoryStream();
        using var writer = new BinaryWriter(file);
        var (start, dynamic) = (HeaderBytes + (2 * SegmentBytes), HeaderBytes + (2 * SegmentBytes) + (int)body.Length);
        var end = dynamic + (tags.Count * 16);
        writer.Write("\x7F"u8);
        writer.Write("ELF\x2\x1\x1"u8);
        writer.Write(new byte[9]);
        writer.Write((ushort)3);
        writer.Write((ushort)62);
        writer.Write(1);
        writer.Write(0L);
        writer.Write((long)HeaderBytes);
        writer.Write((long)end);
        writer.Write(0);
        Array.ForEach<ushort>([HeaderBytes, SegmentBytes, 2, 64, Sections, 0], writer.Write);
        WriteSegment(writer, 1, 0, end);
        WriteSegment(writer, 2, dynamic, tags.Count * 16);
        writer.Write(body.ToArray());
        foreach (var (tag, value) in tags)
        {
            writer.Write(tag);
            writer.Write(tag is 5 or 7 or 23 or 0x6ffffff0 or 0x6ffffffc or 0x6ffffffe ? value + Address + (ulong)start : value);
        }

        writer.Write(new byte[Sections * 64]);
        return file.ToArray();
    }

    private static void WriteSegment(BinaryWriter writer, int type, int offset, int bytes)
    {
        writer.Write(type);
        writer.Write(4);
        writer.Write((long)offset);
        writer.Write(Address + (ulong)offset);
        writer.Write(Address + (ulong)offset);
        writer.Write((long)bytes);
        writer.Write((long)bytes);
        writer.Write(8L);
    }

    private static void WriteTable(MemoryStream body, List<(ulong, ulong)> tags, int count, ulong tag, ulong? countTag, Action<BinaryWriter> write)
    {
        if (count > 0)
        {
            tags.Add((tag, (ulong)body.Position));
            using var writer = new BinaryWriter(body, Encoding.UTF8, leaveOpen: true);
            write(writer);
            if (countTag is { } has)
            {
                tags.Add((has, (ulong)count));
            }
        }
    }

    private static void WriteRelocations(MemoryStream body, List<(ulong, ulong)> tags, uint[] symbols, ulong tag, ulong sizeTag)
    {
        tags.Add((sizeTag, (ulong)symbols.Length * 24));
        WriteTable(body, tags, symbols.Length, tag, null, writer => Array.ForEach(symbols, symbol =>
        {
            writer.Write(0L);
            writer.Write(((ulong)symbol << 32) | 7);
            writer.Write(0L);
        }));
    }

    private void WriteNeeds(BinaryWriter writer, MemoryStream names)
    {
        for (var i = 0; i < Needs.Length; i++)
        {
            var (library, versions) = Needs[i];
            writer.Write((ushort)1);
            writer.Write((ushort)versions.Length);
            writer.Write(Name(names, library));
            writer.Write(16);
            writer.Write(i + 1 < Needs.Length ? 16 * (versions.Length + 1) : 0);
            for (var k = 0; k < versions.Length; k++)
            {
                var (version, number, flags) = versions[k];
                writer.Write(0x0badf00d);
                writer.Write(flags);
                writer.Write(number);
                writer.Write(Name(names, version));
                writer.Write(k + 1 < versions.Length ? 16 : 0);
            }
        }
    }

    private void WriteDefines(BinaryWriter writer, MemoryStream names)
    {
        for (var i = 0; i < Defines.Length; i++)
        {
            Array.ForEach<ushort>([1, 0, (ushort)(i + 1), 1], writer.Write);
            Array.ForEach([0x0badf00d, 20, i + 1 < Defines.Length ? 28 : 0, Name(names, Defines[i]), 0], writer.Write);
        }
    }

    private static int Name(MemoryStream names, string name)
    {
        var at = (int)names.Position;
        names.Write(Encoding.UTF8.GetBytes(name + '\0'));
        return at;
    }
}
