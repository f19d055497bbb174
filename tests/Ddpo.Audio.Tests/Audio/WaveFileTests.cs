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

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static void AssertRelative(double expected, double actual, double tolerance) =>
        Assert.InRange(actual, expected - (tolerance * Math.Max(1, Math.Abs(expected))), expected + (tolerance * Math.Max(1, Math.Abs(expected))));
}
