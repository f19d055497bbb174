namespace Ddpo.Audio;

/// <summary>Taps of the resampler that torchaudio uses by default, computed in double precision.</summary>
internal static class SincHannTaps
{
    public const int ZeroCrossings = 6;
    private const double Rolloff = 0.99;

    /// <param name="position">Where the output sample lies, in input samples after the block's first.</param>
    /// <param name="from">The input rate, in lowest terms with <paramref name="to"/>.</param>
    /// <param name="to">The output rate.</param>
    public static ResampleKernel.Phase At(double position, int from, int to)
    {
        var bandwidth = Math.Min(from, to) * Rolloff / from; // as a share of the input rate
        var reach = ZeroCrossings / bandwidth;
        var start = (int)Math.Ceiling(position - reach);
        var taps = new double[(int)Math.Floor(position + reach) - start + 1];
        for (var i = 0; i < taps.Length; i++)
        {
            var t = Math.Clamp((start + i - position) * bandwidth, -ZeroCrossings, ZeroCrossings);
            var window = Math.Pow(Math.Cos(t * Math.PI / ZeroCrossings / 2), 2);
            taps[i] = bandwidth * window * (t == 0 ? 1 : Math.Sin(Math.PI * t) / (Math.PI * t));
        }

        return new(start, taps);
    }
}
