using System.Text.Json;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Audio;

public sealed class WaveFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("wave").FullName;

    [Fact]
    public void Files_are_read_as_libsndfile_reads_them()
    {
        using var golden = RewardGolden.Open("audio/decoded");
        var tolerance = golden.Json.GetProperty("tolerance");
        var (monoTolerance, sumTolerance) = (tolerance.GetProperty("mono").GetDouble(), tolerance.GetProperty("sums").GetDouble());
        foreach (var entry in golden.Json.GetProperty("clips").EnumerateArray())
        {
            using var scope = NewDisposeScope();
            var file = entry.GetProperty("file").GetString()!;
            var clip = WaveFile.Read(Fixtures.Path("rewards", "audio", file));

            Assert.Equal(entry.GetProperty("rate").GetInt32(), clip.SampleRate);
            Assert.Equal(entry.GetProperty("channels").GetInt32(), clip.Channels);
            Assert.Equal(entry.GetProperty("frames").GetInt32(), clip.Frames);
            var stem = Path.GetFileNameWithoutExtension(file);
            var channels = tensor(clip.Samples.ToArray(), [clip.Frames, clip.Channels]).t();
            var (head, tail) = (golden[stem + ".head"], golden[stem + ".tail"]);
            Assert.True(channels.narrow(1, 0, head.shape[1]).equal(head).all().item<bool>(), $"{file}: head");
            Assert.True(channels.narrow(1, clip.Frames - tail.shape[1], tail.shape[1]).equal(tail).all().item<bool>(), $"{file}: tail");
            var mono = golden[stem + ".mono_head"];
            Assert.True(tensor(clip.ToMono().Samples.ToArray()).narrow(0, 0, mono.shape[0]).allclose(mono, 0, monoTolerance), $"{file}: mono");
            for (var channel = 0; channel < clip.Channels; channel++)
            {
                var values = channels[channel].to(ScalarType.Float64);
                AssertRelative(entry.GetProperty("sum")[channel].GetDouble(), values.sum().item<double>(), sumTolerance);
                AssertRelative(entry.GetProperty("sum_of_squares")[channel].GetDouble(), values.square().sum().item<double>(), sumTolerance);
            }
        }
    }

    [Fact]
    public void Broken_files_fail_clearly_or_give_the_frames_that_libsndfile_gives()
    {
        var folder = Fixtures.Path("rewards", "audio", "broken");
        using var expected = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "expected.json")));
        foreach (var entry in expected.RootElement.EnumerateObject())
        {
            var path = Path.Combine(folder, entry.Name);
            if (entry.Value.GetProperty("soundfile").GetString() == "error")
            {
                var exception = Assert.Throws<InvalidDataException>(() => WaveFile.Read(path));
                Assert.Contains(path, exception.Message, StringComparison.Ordinal);
                continue;
            }

            var clip = WaveFile.Read(path);
            Assert.Equal(entry.Value.GetProperty("frames").GetInt32(), clip.Frames);
            Assert.Equal(entry.Value.GetProperty("channels").GetInt32(), clip.Channels);
            Assert.Equal(entry.Value.GetProperty("rate").GetInt32(), clip.SampleRate);
            Assert.Equal(entry.Value.GetProperty("finite").GetBoolean(), clip.Samples.ToArray().All(float.IsFinite));
        }
    }

    [Fact]
    public async Task Sixteen_bits_survive_writing_and_reading_unchanged()
    {
        var samples = Enumerable.Range(short.MinValue, 1 << 16).Select(value => value / 32768f).ToArray();
        var path = Path.Combine(_folder, "all.wav");

        await new AudioClip(samples, 44100, 2).SaveWaveAsync(path);

        var clip = await WaveFile.ReadAsync(path);
        Assert.Equal((44100, 2), (clip.SampleRate, clip.Channels));
        Assert.Equal(samples, clip.Samples.ToArray());
    }

    [Fact]
    public void Floats_survive_writing_and_reading_bit_for_bit()
    {
        float[] samples = [0, -0f, 1.5f, -3e-39f, float.MaxValue, float.NaN, float.NegativeInfinity];
        var path = Path.Combine(_folder, "float.wav");

        WaveFile.Write(path, new AudioClip(samples, 8000), WaveEncoding.Float32);

        using var stream = File.OpenRead(path);
        Assert.Equal(samples, WaveFile.Read(stream).Samples.ToArray());
    }

    [Fact]
    public void Sixteen_bits_clip_what_exceeds_full_scale()
    {
        var path = Path.Combine(_folder, "clipped.wav");

        WaveFile.Write(path, new AudioClip(new[] { 2f, -2f, float.MaxValue }, 8000));

        Assert.Equal([32767 / 32768f, -1, 32767 / 32768f], WaveFile.Read(path).Samples.ToArray());
    }

    [Theory]
    [InlineData(float.NaN, "NaN")]
    [InlineData(float.PositiveInfinity, "Infinity")]
    [InlineData(float.NegativeInfinity, "-Infinity")]
    public void What_is_no_number_is_refused_in_sixteen_bits_and_not_written_as_silence(float bad, string name)
    {
        var path = Path.Combine(_folder, "bad.wav");

        var error = Assert.Throws<ArgumentException>(() => WaveFile.Write(path, new AudioClip(new[] { 0, bad }, 8000)));

        Assert.Contains($"Sample 1 of the clip is {name}", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(path));
    }

    [Fact]
    public async Task A_clip_that_cannot_be_saved_is_an_error_of_the_file_that_says_what_to_check()
    {
        var clip = new AudioClip(new[] { 0.5f }, 8000);
        var missing = Path.Combine(_folder, "missing", "clip.wav");
        Directory.CreateDirectory(Path.Combine(_folder, "taken.wav"));

        var error = Assert.Throws<IOException>(() => clip.SaveWave(missing));
        Assert.StartsWith($"'{missing}' could not be written", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("Check the folder, its permissions and the free space.", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<IOException>(() => clip.SaveWaveAsync(missing));
        Assert.Throws<IOException>(() => clip.SaveWave(Path.Combine(_folder, "taken.wav")));
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public void A_clip_is_saved_at_once_as_later()
    {
        var clip = new AudioClip(new[] { 0.5f, -0.25f }, 8000);
        clip.SaveWave(Path.Combine(_folder, "a.wav"), WaveEncoding.Float32);
        Assert.Equal(clip.Samples.ToArray(), WaveFile.Read(Path.Combine(_folder, "a.wav")).Samples.ToArray());
    }

    [Fact]
    public void A_failed_write_leaves_the_old_file_and_nothing_else()
    {
        var path = Path.Combine(_folder, "kept.wav");
        WaveFile.Write(path, new AudioClip(new[] { 0.5f }, 8000));

        Assert.Throws<ArgumentOutOfRangeException>(() => WaveFile.Write(path, new AudioClip(new[] { 0f }, 8000), (WaveEncoding)9));

        Assert.Equal([path], Directory.GetFiles(_folder));
        Assert.Equal([0.5f], WaveFile.Read(path).Samples.ToArray());
    }

    [Fact]
    public void A_missing_file_is_said_to_be_missing() =>
        Assert.Throws<FileNotFoundException>(() => WaveFile.Read(Path.Combine(_folder, "none.wav")));

    /// <summary>What libsndfile reads, too: the sizes of the whole file, and of data that was never closed, say nothing.</summary>
    [Theory]
    [InlineData(0, null)]
    [InlineData(8, null)]
    [InlineData(20, null)]
    [InlineData(-1, null)]
    [InlineData(int.MaxValue, null)]
    [InlineData(8, 0)]
    [InlineData(0, 0)]
    [InlineData(36, 0)]
    [InlineData(-1, -1)]
    [InlineData(0, -1)]
    [InlineData(0, int.MaxValue)]
    public void A_file_is_read_whose_sizes_were_never_written(int riff, int? data)
    {
        var bytes = Wave(riff, ("fmt ", Format(1, 1, 16)), ("data", [0, 64, 0, 192, 1, 0]));
        if (data is { } size)
        {
            BitConverter.TryWriteBytes(bytes.AsSpan(40), size);
        }

        Assert.Equal([0.5f, -0.5f, 1 / 32768f], Read(bytes).Samples.ToArray());
    }

    [Fact]
    public void A_closed_file_without_data_stays_empty_whatever_follows()
    {
        Assert.Empty(Read(Wave(null, ("fmt ", Format(1, 1, 16)), ("data", []), ("LIST", [1, 2, 3, 4]))).Samples.ToArray());
        Assert.Empty(Read(Wave(0, ("fmt ", Format(1, 1, 16)), ("data", []))).Samples.ToArray());
    }

    [Fact]
    public void Of_several_data_chunks_the_first_is_read_and_others_are_passed_over()
    {
        var clip = Read(Wave(null, ("JUNK", [1, 2, 3]), ("fmt ", Format(1, 1, 16)), ("LIST", [9]), ("data", [0, 64]), ("data", [0, 192, 0, 192])));
        Assert.Equal([0.5f], clip.Samples.ToArray());
        Assert.Contains("before it says in which format", Problem(Wave(null, ("data", [0, 64]), ("fmt ", Format(1, 1, 16)))), StringComparison.Ordinal);
        Assert.Contains("no data chunk", Problem(Wave(null, ("fmt ", Format(1, 1, 16)))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(12, 2, new byte[] { 0, 0, 0, 64, 0, 192, 0xF0, 0x7F }, new float[] { 0, 0.5f, -0.5f, 0.99951171875f })]
    [InlineData(20, 3, new byte[] { 0, 0, 64, 0, 0, 192, 0xF0, 0xFF, 0x7F }, new float[] { 0.5f, -0.5f, 1 - (1 / 524288f) })]
    [InlineData(20, 4, new byte[] { 0, 0, 0, 64, 0, 0xF0, 0xFF, 0x7F }, new float[] { 0.5f, 1 - (1 / 524288f) })]
    [InlineData(24, 4, new byte[] { 0, 0, 0, 192 }, new float[] { -0.5f })]
    [InlineData(6, 1, new byte[] { 128, 192, 64 }, new float[] { 0, 0.5f, -0.5f })]
    public void Fewer_bits_than_their_bytes_have_are_at_the_upper_end(int bits, int bytes, byte[] data, float[] expected)
    {
        Assert.Equal(expected, Read(Wave(null, ("fmt ", Format(1, 1, bits, bytes)), ("data", data))).Samples.ToArray());
        byte[] extensible = [.. Format(0xFFFE, 1, bits, bytes), 22, 0, (byte)bits, 0, 4, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71];
        Assert.Equal(expected, Read(Wave(null, ("fmt ", extensible), ("data", data))).Samples.ToArray());
    }

    [Fact]
    public void A_file_of_more_than_4_GB_says_its_size_in_a_chunk_of_its_own()
    {
        byte[] sizes = [.. new byte[8], 4, 0, 0, 0, 0, 0, 0, 0, .. new byte[12]];
        var bytes = Wave(-1, ("ds64", sizes), ("fmt ", Format(1, 1, 16)), ("data", [0, 64, 0, 192, 1, 0]));
        "RF64"u8.CopyTo(bytes);
        BitConverter.TryWriteBytes(bytes.AsSpan(12 + 36 + 24 + 4), -1);
        Assert.Equal([0.5f, -0.5f], Read(bytes).Samples.ToArray());
    }

    [Theory]
    [InlineData(2_000_000_011)]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(999)]
    [InlineData(1_000_001)]
    public void A_rate_that_no_sound_has_is_refused(int rate) => Assert.Contains(
        $"{(uint)rate} frames a second; expected 1000 to 1000000", Problem(Wave(null, ("fmt ", Format(1, 1, 16, rate: rate)), ("data", [0, 64]))), StringComparison.Ordinal);

    [Theory]
    [InlineData(6, 1, 8, 1, "0x0006")]
    [InlineData(0xFFFE, 1, 16, 2, "0xFFFE")]
    [InlineData(1, 0, 16, 2, "0 channels")]
    [InlineData(1, 2, 16, 3, "3 bytes a frame")]
    [InlineData(1, 1, 24, 2, "24 bits a sample, and 2 bytes a frame")]
    [InlineData(1, 1, 64, 8, "64 bits")]
    [InlineData(3, 1, 16, 2, "16 bits")]
    public void Another_encoding_is_named(int format, int channels, int bits, int frame, string expected) =>
        Assert.Contains(expected, Problem(Wave(null, ("fmt ", Format(format, channels, bits, frame)), ("data", [0, 64, 0, 64]))), StringComparison.Ordinal);

    [Fact]
    public void Resampling_between_rates_without_a_common_divisor_takes_bounded_memory()
    {
        var error = Assert.Throws<NotSupportedException>(() => new AudioClip(new float[10], 2_000_000_011).ResampleTo(16000));
        Assert.Contains("2000000011", error.Message, StringComparison.Ordinal);
        Assert.Throws<NotSupportedException>(() => new AudioClip(new float[10], 16000).ResampleTo(2_000_000_011));
        Assert.Equal(1, new AudioClip(new float[10], 2_000_000_000).ResampleTo(16000).Frames);
        Assert.Equal(5, new AudioClip(new float[10], 96_001).ResampleTo(48_000).Frames);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static AudioClip Read(byte[] file) => WaveFile.Read(new MemoryStream(file));

    private static string Problem(byte[] file) => Assert.Throws<InvalidDataException>(() => Read(file)).Message;

    private static byte[] Format(int format, int channels, int bits, int? frame = null, int rate = 16000)
    {
        var bytes = frame ?? channels * bits / 8;
        return [.. Word(format), .. Word(channels), .. BitConverter.GetBytes(rate), .. BitConverter.GetBytes(unchecked(rate * bytes)), .. Word(bytes), .. Word(bits)];
    }

    private static byte[] Word(int value) => BitConverter.GetBytes((ushort)value);

    /// <summary>A file of chunks, whose size is as it should be unless another is said.</summary>
    private static byte[] Wave(int? riff, params (string Name, byte[] Content)[] chunks)
    {
        byte[] body = [.. chunks.SelectMany(chunk => (byte[])
            [.. System.Text.Encoding.ASCII.GetBytes(chunk.Name), .. BitConverter.GetBytes(chunk.Content.Length), .. chunk.Content, .. new byte[chunk.Content.Length & 1]])];
        return [.. "RIFF"u8, .. BitConverter.GetBytes(riff ?? body.Length + 4), .. "WAVE"u8, .. body];
    }

    private static void AssertRelative(double expected, double actual, double tolerance) =>
        Assert.InRange(actual, expected - (tolerance * Math.Max(1, Math.Abs(expected))), expected + (tolerance * Math.Max(1, Math.Abs(expected))));
}
