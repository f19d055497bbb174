using System.Runtime.InteropServices;

namespace Ddpo.Audio.Tests.Audio;

/// <summary>What frames of a signal have in common is computed once, and nothing is changed by that.</summary>
public sealed class RepeatedFramesTests
{
    private const int Fft = 64, Hop = 16;

    /// <summary>Signals, with the frames of theirs that are to be computed where each is centred.</summary>
    public static TheoryData<string, float[], int> Signals => new()
    {
        // The first frames of a period and the two before it, which hear its mirror, then those that hear the silence.
        { "repeated, then silence", [.. Repeated(Noise(160), 6), .. new float[70]], 12 + 6 },
        { "repeated at no multiple of the hop", Repeated(Noise(150), 6), 57 },
        { "repeated from silence", Repeated([.. new float[100], .. Noise(60)], 6), 14 },
        { "once", Noise(900), 57 },
        { "once, for longer than what is computed at a time", Noise(3003), 188 },
        { "once, then silence", [.. Noise(80), .. new float[400]], 2 + 6 + 2 },
        { "silence", new float[400], 5 },
        { "with no number in it", [.. Repeated([.. Noise(100), float.NaN, .. Noise(59)], 4)], 14 },
        { "shorter than a frame", Noise(50), 4 },
    };

    [Theory]
    [MemberData(nameof(Signals))]
    public void Values_of_frames_are_those_of_all_frames(string name, float[] samples, int different)
    {
        Assert.NotEmpty(name);
        var found = RepeatedFrames.Find(MemoryMarshal.AsBytes(samples.AsSpan()), sizeof(float), Fft, Hop, Fft / 2);
        Assert.Equal(different, found?.Different.Length ?? (1 + (samples.Length / Hop)));
        foreach (var isCentred in samples.Length < Fft ? [true] : new[] { true, false })
        {
            using var scope = NewDisposeScope();
            using var spectrogram = new Spectrogram(Fft, Hop, CPU, windowLength: 48, centred: isCentred);
            var expected = spectrogram.Power(tensor(samples)).t().log1p();
            foreach (var actual in new[] { spectrogram.OfFrames(tensor(samples), power => power.log1p()), spectrogram.OfFrames(samples, power => power.log1p()) })
            {
                Assert.Equal(expected.shape, actual.shape);
                Assert.True(allclose(expected, actual, rtol: 1e-12, atol: 1e-12, equal_nan: true), $"{(expected - actual).abs().max().item<double>()}");
            }
        }
    }

    [Fact]
    public void Gradients_of_frames_are_those_of_all_frames()
    {
        using var scope = NewDisposeScope();
        using var spectrogram = new Spectrogram(Fft, Hop, CPU);
        Tensor Gradient(Func<Tensor, Tensor> value)
        {
            var clip = tensor(Noise(160)).to(ScalarType.Float64).requires_grad_(true);
            value(nn.functional.pad(clip.repeat(5), [0, 30])).sum().backward();
            return clip.grad!;
        }

        var expected = Gradient(signal => spectrogram.Power(signal).t().log1p());
        var actual = Gradient(signal => spectrogram.OfFrames(signal, power => power.log1p()));
        Assert.True(expected.abs().max().item<double>() > 0.1);
        Assert.True(allclose(expected, actual, rtol: 1e-10, atol: 1e-12));
    }

    private static float[] Repeated(float[] clip, int times) => [.. Enumerable.Repeat(clip, times).SelectMany(samples => samples)];

    private static float[] Noise(int count)
    {
        var random = new Random(count);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
    }
}
