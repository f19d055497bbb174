using System.Buffers.Binary;

namespace Ddpo.Audio.Tokenizers.Unigram;

/// <summary>How a protocol buffer's field is stored.</summary>
internal enum WireType
{
    Varint = 0,
    Fixed64 = 1,
    Bytes = 2,
    Fixed32 = 5,
}

/// <summary>Reads one protocol buffer message field by field; never beyond its end.</summary>
internal ref struct ProtobufReader(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> _rest = message;

    /// <summary>The next field's number and storage; <see langword="false"/> at the end of the message.</summary>
    public bool TryReadTag(out int field, out WireType type)
    {
        (field, type) = (0, WireType.Varint);
        if (_rest.IsEmpty)
        {
            return false;
        }

        var tag = ReadVarint();
        (field, type) = ((int)(tag >> 3), (WireType)(tag & 7));
        return tag >> 3 is > 0 and < 1 << 29 ? true : throw new InvalidDataException($"{tag >> 3} is not a field number");
    }

    public ulong ReadVarint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var part = Take(1)[0];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }

        throw new InvalidDataException("a number has more than ten bytes");
    }

    public float ReadFloat() => BinaryPrimitives.ReadSingleLittleEndian(Take(4));

    public ReadOnlySpan<byte> ReadBytes() => Take(ReadVarint());

    /// <summary>Passes over a field of no interest.</summary>
    public void Skip(WireType type)
    {
        switch (type)
        {
            case WireType.Varint: ReadVarint(); break;
            case WireType.Fixed64: Take(8); break;
            case WireType.Bytes: ReadBytes(); break;
            case WireType.Fixed32: Take(4); break;
            default: throw new InvalidDataException($"{(int)type} is not a known storage of a field");
        }
    }

    private ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)_rest.Length)
        {
            throw new InvalidDataException($"expected {count} more bytes, found {_rest.Length}: the file is cut off or damaged");
        }

        var taken = _rest[..(int)count];
        _rest = _rest[(int)count..];
        return taken;
    }
}
