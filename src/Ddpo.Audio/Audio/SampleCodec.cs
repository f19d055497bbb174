using System.Buffers.Binary;
using System.Globalization;
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
    /// <exception cref="ArgumentException">A sample is not a finite number, and the encoding is of integers.</exception>
    public static byte[] Encode(ReadOnlySpan<float> samples, WaveEncoding encoding)
    {
        if (encoding == WaveEncoding.Float32)
        {
            return MemoryMarshal.AsBytes(samples).ToArray();
        }

        var bad = samples.IndexOfAnyExceptInRange(float.MinValue, float.MaxValue);
        if (bad >= 0)
        {
            throw new ArgumentException(string.Create(
                CultureInfo.InvariantCulture,
                $"Sample {bad} of the clip is {samples[bad]}, which is no audio and has no form in 16 bits. Save the clip as Float32 to keep it as it is."));
        }

        var bytes = new byte[samples.Length * sizeof(short)];
        for (var i = 0; i < samples.Length; i++)
        {
            // The inverse of reading, so that reading and writing again changes nothing.
            var scaled = MathF.Round(samples[i] * 32768);
            var value = (short)Math.Clamp(scaled, short.MinValue, short.MaxValue);
            BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(i * sizeof(short)), value);
        }

        return bytes;
    }
}
