using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Ddpo.Audio;

/// <summary>Between stored samples and floats with full scale 1.0.</summary>
internal static class SampleCodec
{
    /// <summary>The samples of all whole frames in <paramref name="data"/>.</summary>
    public static float[] Decode(ReadOnlySpan<byte> data, WaveFormatChunk format)
    {
        var samples = new float[data.Length / (format.Bytes * format.Channels) * format.Channels];
        for (var i = 0; i < samples.Length; i++)
        {
            var sample = data.Slice(i * format.Bytes, format.Bytes);
            samples[i] = (format.Bytes, format.IsFloat) switch
            {
                (4, true) => BinaryPrimitives.ReadSingleLittleEndian(sample),
                (_, true) => (float)BinaryPrimitives.ReadDoubleLittleEndian(sample),
                (1, _) => (sample[0] - 128) / 128f,
                (2, _) => BinaryPrimitives.ReadInt16LittleEndian(sample) / 32768f,
                (3, _) => (BinaryPrimitives.ReadUInt16LittleEndian(sample) | ((sbyte)sample[2] << 16)) / 8388608f,
                _ => BinaryPrimitives.ReadInt32LittleEndian(sample) / 2147483648f,
            };
        }

        return samples;
    }

    /// <summary>The bytes of <paramref name="samples"/>, little-endian.</summary>
    public static byte[] Encode(ReadOnlySpan<float> samples, WaveEncoding encoding)
    {
        if (encoding == WaveEncoding.Float32)
        {
            return MemoryMarshal.AsBytes(samples).ToArray();
        }

        var bytes = new byte[samples.Length * sizeof(short)];
        for (var i = 0; i < samples.Length; i++)
        {
            // The inverse of reading, so that reading and writing again changes nothing.
            var scaled = float.IsNaN(samples[i]) ? 0 : MathF.Round(samples[i] * 32768);
            var value = (short)Math.Clamp(scaled, short.MinValue, short.MaxValue);
            BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(i * sizeof(short)), value);
        }

        return bytes;
    }
}
