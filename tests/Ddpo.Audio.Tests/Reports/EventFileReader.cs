using System.Buffers.Binary;
using System.Text;

namespace Ddpo.Audio.Tests.Reports;

/// <summary>Reads event files on its own terms: checksums bit by bit, and messages as trees of numbered fields.</summary>
internal static class EventFileReader
{
    /// <summary>All messages of a file.</summary>
    public static List<Message> Read(string path) => [.. Records(path).Select(record => new Message(record))];

    /// <summary>All records of a file. Throws when a length or a checksum is wrong.</summary>
    public static List<byte[]> Records(string path)
    {
        var bytes = File.ReadAllBytes(path).AsSpan();
        var records = new List<byte[]>();
        while (bytes.Length > 0)
        {
            var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            Assert.Equal(Masked(bytes[..8]), BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]));
            var data = bytes.Slice(12, length);
            Assert.Equal(Masked(data), BinaryPrimitives.ReadUInt32LittleEndian(bytes[(12 + length)..]));
            records.Add(data.ToArray());
            bytes = bytes[(16 + length)..];
        }

        return records;
    }

    /// <summary>All scalars of a file.</summary>
    public static List<(string Tag, long Step, float Value)> Scalars(string path) =>
        [.. from record in Read(path)
            where record.Has(5)
            from value in record[5].All(1)
            where value.Has(2)
            select (value.Text(1), record.Integer(2), value.Float(2))];

    // The polynomial 0x1EDC6F41, reflected.
    private static uint Masked(ReadOnlySpan<byte> data)
    {
        var crc = 0xFFFFFFFF;
        foreach (var value in data)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 1 ? (crc >> 1) ^ 0x82F63B78 : crc >> 1;
            }
        }

        crc ^= 0xFFFFFFFF;
        return ((crc >> 15) | (crc << 17)) + 0xA282EAD8;
    }

    /// <summary>A message of which only the wire format is known.</summary>
    internal sealed class Message
    {
        private readonly List<(int Field, byte[] Value)> _fields = [];

        public Message(ReadOnlySpan<byte> bytes)
        {
            while (bytes.Length > 0)
            {
                var tag = Varint(ref bytes);
                var start = bytes;
                var length = (tag & 7) switch
                {
                    0 => start.Length - Skip(start).Length,
                    1 => 8,
                    2 => (int)Varint(ref bytes),
                    5 => 4,
                    var type => throw new InvalidDataException($"wire type {type}"),
                };
                _fields.Add(((int)(tag >> 3), bytes[..length].ToArray()));
                bytes = bytes[length..];
            }
        }

        public Message this[int field] => Assert.Single(All(field));

        public bool Has(int field) => _fields.Exists(f => f.Field == field);

        public List<Message> All(int field) => [.. Raw(field).Select(value => new Message(value))];

        public List<byte[]> Raw(int field) => [.. _fields.Where(f => f.Field == field).Select(f => f.Value)];

        public string Text(int field) => Encoding.UTF8.GetString(Assert.Single(Raw(field)));

        /// <summary>A whole number; 0 is not written.</summary>
        public long Integer(int field)
        {
            ReadOnlySpan<byte> value = Has(field) ? Assert.Single(Raw(field)) : [0];
            return (long)Varint(ref value);
        }

        public float Float(int field) => BinaryPrimitives.ReadSingleLittleEndian(Assert.Single(Raw(field)));

        public double Double(int field) => BinaryPrimitives.ReadDoubleLittleEndian(Assert.Single(Raw(field)));

        private static ReadOnlySpan<byte> Skip(ReadOnlySpan<byte> bytes)
        {
            Varint(ref bytes);
            return bytes;
        }

        private static ulong Varint(ref ReadOnlySpan<byte> bytes)
        {
            ulong value = 0;
            for (var shift = 0; ; shift += 7)
            {
                var part = bytes[0];
                bytes = bytes[1..];
                value |= (ulong)(part & 0x7F) << shift;
                if (part < 0x80)
                {
                    return value;
                }
            }
        }
    }
}
