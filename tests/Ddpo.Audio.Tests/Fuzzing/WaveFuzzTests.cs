using System.Text;
using Ddpo.Audio.Testing;
using Ddpo.Audio.Testing.Fuzzing;

namespace Ddpo.Audio.Tests.Fuzzing;

public sealed class WaveFuzzTests
{
    private const string FileName = "x.wav";

    [Fact]
    public void Damaged_wave_files_are_read_or_refused() => Fuzzer.Run(new FuzzTarget("wave", FileName, Read)
    {
        Corpus =
        [
            Wave(format: 1, channels: 1, bits: 16), Wave(format: 1, channels: 2, bits: 24), Wave(format: 1, channels: 1, bits: 8),
            Wave(format: 1, channels: 3, bits: 32), Wave(format: 3, channels: 2, bits: 32), Wave(format: 3, channels: 1, bits: 64),
            Wave(0xFFFE, 2, 16, [22, 0, 16, 0, 3, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71]),
        ],
        Words = [.. new[] { "data\0\0\0\0", "fmt \x10\0\0\0", "LIST\xff\xff\xff\x7f", "RIFF", "WAVE" }.Select(Encoding.Latin1.GetBytes)],
        Refusal = typeof(InvalidDataException),
        BytesPerByte = 16,
        Iterations = 12_000,
    });

    [Fact]
    public void Samples_of_one_bit_are_refused_before_memory_is_asked_for_them()
    {
        using var folder = new TemporaryFolder().With(FileName, [.. Wave(1, 8, 1)[..40], .. BitConverter.GetBytes(1 << 20), .. new byte[1 << 20]]);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<InvalidDataException>(() => WaveFile.Read(folder[FileName]));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1 << 20, 3 << 20);
    }

    private static byte[] Wave(ushort format, int channels, int bits, byte[]? extra = null)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        var (data, frame) = (new byte[channels * bits * 5 / 8], channels * bits / 8);
        new Random(1).NextBytes(data);
        writer.Write("RIFF"u8);
        writer.Write(36 + (extra?.Length ?? 0) + data.Length);
        writer.Write("WAVEfmt "u8);
        writer.Write(16 + (extra?.Length ?? 0));
        writer.Write(format);
        writer.Write((short)channels);
        writer.Write(16000);
        writer.Write(16000 * frame);
        writer.Write((short)frame);
        writer.Write((short)bits);
        writer.Write(extra ?? []);
        writer.Write("data"u8);
        writer.Write(data.Length);
        writer.Write(data);
        return stream.ToArray();
    }

    private static void Read(TemporaryFolder folder)
    {
        var clip = WaveFile.Read(folder[FileName]);
        Assert.InRange(clip.Samples.Length, 0, new FileInfo(folder[FileName]).Length);
        Assert.Equal(clip.Samples.Length, clip.Frames * clip.Channels);
    }
}
