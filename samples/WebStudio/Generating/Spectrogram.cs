using NAudio.Dsp;

namespace Ddpo.Audio.Samples;

/// <summary>A picture of a clip: how loud each band of frequencies is, from moment to moment.</summary>
/// <param name="Columns">Moments.</param>
/// <param name="Bands">Bands, evenly spaced on the mel scale.</param>
/// <param name="Hertz">Where the highest band ends.</param>
/// <param name="Levels">A byte each, moment by moment, from the lowest band: 255 is the loudest, 0 is 80 dB below it or less.</param>
internal sealed record Spectrogram(int Columns, int Bands, int Hertz, byte[] Levels)
{
    private const int Moments = 240, MelBands = 64, Exponent = 10, Window = 1 << Exponent;
    private const double Range = 80;

    /// <summary>Draws a clip.</summary>
    public static Spectrogram Of(AudioClip audio)
    {
        var samples = audio.ToMono().Samples.Span;
        var edges = Edges(audio.SampleRate);
        var decibels = new double[Moments * MelBands];
        var frame = new Complex[Window];
        for (var moment = 0; moment < Moments; moment++)
        {
            var start = (int)(samples.Length * (moment + 0.5) / Moments) - (Window / 2);
            for (var i = 0; i < Window; i++)
            {
                var at = start + i;
                frame[i] = new Complex { X = at >= 0 && at < samples.Length ? samples[at] * (float)FastFourierTransform.HannWindow(i, Window) : 0 };
            }

            FastFourierTransform.FFT(true, Exponent, frame);
            for (var band = 0; band < MelBands; band++)
            {
                var power = 0d;
                for (var bin = edges[band]; bin < Math.Max(edges[band] + 1, edges[band + 1]); bin++)
                {
                    power = Math.Max(power, ((double)frame[bin].X * frame[bin].X) + ((double)frame[bin].Y * frame[bin].Y));
                }

                decibels[(moment * MelBands) + band] = 10 * Math.Log10(power + 1e-20);
            }
        }

        var loudest = decibels.Max();
        return new(Moments, MelBands, audio.SampleRate / 2, [.. decibels.Select(level => (byte)Math.Round(255 * Math.Clamp(1 + ((level - loudest) / Range), 0, 1)))]);
    }

    /// <summary>The bin with which each band begins, and the one after the last.</summary>
    private static int[] Edges(int sampleRate)
    {
        var most = 2595 * Math.Log10(1 + (sampleRate / 2 / 700d));
        return [.. Enumerable.Range(0, MelBands + 1).Select(band => (int)(700 * (Math.Pow(10, most * band / MelBands / 2595) - 1) * Window / sampleRate))];
    }
}
