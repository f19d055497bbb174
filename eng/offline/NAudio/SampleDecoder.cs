using System.Buffers.Binary;

namespace NAudio.Wave;

/// <summary>One stored sample as a float of full scale 1.</summary>
internal delegate float SampleDecoder(ReadOnlySpan<byte> bytes);

internal static class SampleDecoders
{
    /// <summary>The decoder of a sample format, or null where there is none.</summary>
    public static SampleDecoder Find(bool isFloat, int bits) => (isFloat, bits) switch
    {
        (true, 32) => BinaryPrimitives.ReadSingleLittleEndian,
        (true, 64) => static bytes => (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes),
        (false, 8) => static bytes => (bytes[0] / 128f) - 1f,
        (false, 16) => static bytes => BinaryPrimitives.ReadInt16LittleEndian(bytes) / 32768f,
        (false, 24) => static bytes => (((sbyte)bytes[2] << 16) | (bytes[1] << 8) | bytes[0]) / 8388608f,
        (false, 32) => static bytes => BinaryPrimitives.ReadInt32LittleEndian(bytes) / 2147483648f,
        _ => null,
    };
}
