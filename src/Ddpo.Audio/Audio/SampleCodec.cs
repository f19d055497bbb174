using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using NAudio.Wave;

namespace Ddpo.Audio;

/// <summary>Between stored samples and floats with full scale 1.0.</summary>
internal static class SampleCodec
{
    /// <summary>Reads all whole frames among the next <paramref name="length"/> bytes.</summary>
    /// <exception cref="InvalidDataException">The header contradicts itself.</exception>
    /// <exception cref="ArgumentException">The encoding is not one that is read.</exception>
    public static AudioClip Decode(WaveFileReader reader, long length)
    {
        var format = reader.WaveFormat;
        if (format.Channels < 1 || format.SampleRate < 1 || format.BlockAlign * 8 != format.Channels * format.BitsPerSample)
        {
            throw new InvalidDataException(
                $"Its header says {format.Channels} channels at {format.SampleRate} Hz, {format.BitsPerSample} bits a sample and " +
                $"{format.BlockAlign} bytes a frame.");
        }

        // Refuses unknown encodings, before memory is asked for by their numbers.
        var provider = reader.ToSampleProvider();

        // The stream is in memory, so one call gets all samples that are there; files may end early.
        var samples = new float[checked((int)(length / format.BlockAlign * format.Channels))];
        var count = provider.Read(samples);
        return new AudioClip(samples.AsMemory(0, count - (count % format.Channels)), format.SampleRate, format.Channels);
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
