using System.Buffers.Binary;

namespace Ddpo.Audio.Checkpoints.PyTorch;

/// <summary>One fixed-size record of a zip file, checked to lie within it and to begin with its signature.</summary>
internal readonly ref struct ZipRecord
{
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly string _what;

    /// <exception cref="InvalidDataException">The record is not there.</exception>
    public ZipRecord(BinaryFile file, long position, int length, uint signature, string what)
    {
        _what = what;
        _bytes = Bytes(file, position, length, what);
        if (U32(0) != signature)
        {
            throw new InvalidDataException($"its {what} is not at byte {position}");
        }
    }

    /// <exception cref="InvalidDataException">The range is not within the file.</exception>
    public static ReadOnlySpan<byte> Bytes(BinaryFile file, long position, int length, string what) =>
        position >= 0 && position <= file.Length - length
            ? file.Read(position, length)
            : throw new InvalidDataException($"its {what} would be at byte {position}, outside the file");

    public ushort U16(int offset) => BinaryPrimitives.ReadUInt16LittleEndian(_bytes[offset..]);

    public uint U32(int offset) => BinaryPrimitives.ReadUInt32LittleEndian(_bytes[offset..]);

    public long I64(int offset) =>
        BinaryPrimitives.ReadInt64LittleEndian(_bytes[offset..]) is >= 0 and var value
            ? value
            : throw new InvalidDataException($"its {_what} is damaged");
}
