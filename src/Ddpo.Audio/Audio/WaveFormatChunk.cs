using System.Buffers.Binary;

namespace Ddpo.Audio;

/// <summary>How a WAV file's samples are stored: what its <c>fmt </c> chunk says.</summary>
/// <param name="IsFloat">Whether they are IEEE floats, rather than integers.</param>
/// <param name="SampleRate">Frames per second.</param>
/// <param name="Channels">Samples in a frame.</param>
/// <param name="Bytes">Bytes of a sample.</param>
internal sealed record WaveFormatChunk(bool IsFloat, int SampleRate, int Channels, int Bytes)
{
    // Sound has no others, and resampling takes memory by the rate.
    private const int LowestRate = 1000, HighestRate = 1_000_000;

    private const int Pcm = 1, Float = 3, Extensible = 0xFFFE, ExtensibleSize = 40;

    // Of every format of an extensible file that has a number, which is before it.
    private static ReadOnlySpan<byte> Numbered => [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71];

    /// <summary>Reads the chunk.</summary>
    /// <exception cref="InvalidDataException">It contradicts itself, or the encoding is not one that is read.</exception>
    public static WaveFormatChunk Read(ReadOnlySpan<byte> chunk)
    {
        if (chunk.Length < 16)
        {
            throw new InvalidDataException($"Its fmt chunk has {chunk.Length} bytes; expected 16 or more.");
        }

        int Word(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);
        var (encoding, channels, frame, bits) = (Word(chunk, 0), Word(chunk, 2), Word(chunk, 12), Word(chunk, 14));
        var rate = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
        if (encoding == Extensible && chunk.Length >= ExtensibleSize && chunk.Slice(26, Numbered.Length).SequenceEqual(Numbered))
        {
            encoding = Word(chunk, 24);
        }

        if (encoding is not (Pcm or Float))
        {
            throw new InvalidDataException($"Its encoding is 0x{encoding:X4}.");
        }

        // Integers of fewer bits than their bytes have are at the upper end of them.
        var bytes = channels == 0 ? 0 : frame / channels;
        var fits = bytes * channels == frame && (encoding == Pcm ? bytes is >= 1 and <= 4 && bits >= 1 && bits <= 8 * bytes : bytes is 4 or 8 && bits == 8 * bytes);
        if (!fits)
        {
            throw new InvalidDataException($"Its header says {channels} channels of {bits} bits a sample, and {frame} bytes a frame.");
        }

        return rate is >= LowestRate and <= HighestRate
            ? new WaveFormatChunk(encoding == Float, (int)rate, channels, bytes)
            : throw new InvalidDataException($"Its header says {rate} frames a second; expected {LowestRate} to {HighestRate}.");
    }
}
