using System.Buffers.Binary;
using System.Text;

namespace Ddpo.Audio.Checkpoints.PyTorch;

/// <summary>The bytes of a pickle, read forwards; never beyond their end.</summary>
internal ref struct PickleStream(ReadOnlySpan<byte> bytes)
{
    private static readonly UTF8Encoding _strictUtf8 = new(false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public int Position { get; private set; }

    public readonly int Length => _bytes.Length;

    public byte Byte() => Take(1)[0];

    public int U16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public int I32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    public long U32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public ulong U64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    public double BigEndianDouble() => BinaryPrimitives.ReadDoubleBigEndian(Take(8));

    public string Text(ulong length) => Decode(Take(length));

    /// <summary>The text up to the next line feed.</summary>
    public string Line()
    {
        var length = _bytes[Position..].IndexOf((byte)'\n');
        if (length < 0)
        {
            throw Short();
        }

        var line = Decode(Take((ulong)length));
        Position++;
        return line;
    }

    public ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)(_bytes.Length - Position))
        {
            throw Short();
        }

        var taken = _bytes.Slice(Position, (int)length);
        Position += (int)length;
        return taken;
    }

    private static string Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            // Python writes lone surrogates, which no name or setting has, in a form that is not UTF-8.
            return _strictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException exception)
        {
            throw new InvalidDataException("a text in its pickle is not UTF-8", exception);
        }
    }

    private readonly InvalidDataException Short() => new($"its pickle was cut short at byte {Position}");
}
