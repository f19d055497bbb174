using System.Runtime.InteropServices;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Audio;

public sealed class ResamplingTests
{
    [Theory]
    [InlineData("sinc_hann", false)]
    [InlineData("resampy_kaiser_best", true)]
    public void Clips_are_resampled_as_the_reference_does(string kind, bool isKaiserBest)
    {
        using var golden = RewardGolden.Open("dsp/resampling");
        var compared = 0;
        foreach (var test in golden.Json.GetProperty("cases").EnumerateArray())
        {
            var name = test.GetProperty("name").GetString()!;
            if (!golden.Has($"{name}.{kind}"))
            {
                continue;
            }

            using var scope = NewDisposeScope();
            var clip = new AudioClip(Samples(golden[name + ".input"]), test.GetProperty("from").GetInt32());
            var resampled = clip.ResampleTo(
                test.GetProperty("to").GetInt32(), isKaiserBest ? ResampleFilter.KaiserBest : ResampleFilter.SincHann);
            golden.AssertClose($"{name}.{kind}", tensor(resampled.Samples.ToArray()), kind);
            compared++;
        }

        Assert.True(compared > 0);
    }

    [Fact]
    public void Channels_are_resampled_apart()
    {
        float[] left = [1, 0, -1, 0, 1, 0, -1, 0], right = [.5f, .5f, .5f, .5f, .5f, .5f, .5f, .5f];
        var stereo = new AudioClip(left.Zip(right).SelectMany(pair => new[] { pair.First, pair.Second }).ToArray(), 8000, 2);

        var resampled = stereo.ResampleTo(11025).Samples.ToArray();

        Assert.Equal(new AudioClip(left, 8000).ResampleTo(11025).Samples.ToArray(), resampled.Where((_, i) => i % 2 == 0));
        Assert.Equal(new AudioClip(right, 8000).ResampleTo(11025).Samples.ToArray(), resampled.Where((_, i) => i % 2 == 1));
    }

    [Theory]
    [InlineData(8000, 48000)]
    [InlineData(192000, 48000)]
    [InlineData(47999, 48000)]
    public void A_steady_tone_stays_the_same_tone(int from, int to)
    {
        static float Tone(int index, int rate) => MathF.Sin(2 * MathF.PI * 440 * index / rate);
        var clip = new AudioClip(Enumerable.Range(0, from / 10).Select(i => Tone(i, from)).ToArray(), from);

        var resampled = clip.ResampleTo(to).Samples.ToArray();

        Assert.Equal(((from / 10L * to) + from - 1) / from, resampled.Length);
        for (var i = resampled.Length / 4; i < resampled.Length * 3 / 4; i++)
        {
            Assert.InRange(resampled[i], Tone(i, to) - 0.01f, Tone(i, to) + 0.01f);
        }
    }

    [Fact]
    public void A_clip_at_the_wanted_rate_is_itself()
    {
        var clip = new AudioClip(new float[] { 1, 2 }, 16000);

        Assert.Same(clip, clip.ResampleTo(16000));
        Assert.Throws<ArgumentOutOfRangeException>(() => clip.ResampleTo(0));
    }

    [Fact]
    public void An_empty_clip_stays_empty() =>
        Assert.Equal(0, new AudioClip(ReadOnlyMemory<float>.Empty, 16000).ResampleTo(48000).Frames);

    private static float[] Samples(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes).ToArray();
}
