namespace Ddpo.Audio;

/// <summary>The two definitions of the mel scale that are in use.</summary>
internal enum MelScale
{
    /// <summary>Linear below 1 kHz, logarithmic above: the Auditory Toolbox, librosa.</summary>
    Slaney,

    /// <summary>2595 log10(1 + f / 700): the Hidden Markov Model Toolkit, torchaudio.</summary>
    Htk,
}

/// <summary>Triangular filters, evenly spaced on a mel scale, from the bins of a spectrum to mel bands.</summary>
/// <param name="SampleRate">The signal's rate in Hz.</param>
/// <param name="FftSize">Length of the Fourier transform; a spectrum has half as many bins and one.</param>
/// <param name="Bands">How many mel bands.</param>
/// <param name="MinFrequency">Lower end of the first filter in Hz.</param>
/// <param name="MaxFrequency">Upper end of the last filter in Hz.</param>
/// <param name="Scale">The mel scale.</param>
/// <param name="AreaNormalised">Whether filters have an area of 1 (Slaney's norm), not a height of 1.</param>
internal sealed record MelFilterBank(
    int SampleRate, int FftSize, int Bands, double MinFrequency, double MaxFrequency,
    MelScale Scale = MelScale.Slaney, bool AreaNormalised = true)
{
    /// <summary>Bins of a spectrum.</summary>
    public int Bins => (FftSize / 2) + 1;

    /// <summary>The filters' weights, row by row: [Bands, Bins].</summary>
    public double[] Weights()
    {
        var (lowest, highest) = (ToMel(MinFrequency), ToMel(MaxFrequency));
        var edges = Enumerable.Range(0, Bands + 2).Select(i => ToHz(lowest + ((highest - lowest) * i / (Bands + 1)))).ToArray();
        var weights = new double[Bands * Bins];
        for (var band = 0; band < Bands; band++)
        {
            var (left, centre, right) = (edges[band], edges[band + 1], edges[band + 2]);
            var height = AreaNormalised ? 2 / (right - left) : 1;
            for (var bin = 0; bin < Bins; bin++)
            {
                var frequency = (double)bin * SampleRate / FftSize;
                var slope = Math.Min((frequency - left) / (centre - left), (right - frequency) / (right - centre));
                weights[(band * Bins) + bin] = height * Math.Max(0, slope);
            }
        }

        return weights;
    }

    // Slaney's scale: 3 mels in 200 Hz up to 1 kHz (15 mels), then 27 mels for each factor of 6.4.
    private const double HzPerMel = 200.0 / 3;
    private const double BreakHz = 1000;
    private const double BreakMel = BreakHz / HzPerMel;
    private static readonly double s_logStep = Math.Log(6.4) / 27;

    private double ToMel(double hz) => Scale switch
    {
        MelScale.Htk => 2595 * Math.Log10(1 + (hz / 700)),
        _ => hz < BreakHz ? hz / HzPerMel : BreakMel + (Math.Log(hz / BreakHz) / s_logStep),
    };

    private double ToHz(double mel) => Scale switch
    {
        MelScale.Htk => 700 * (Math.Pow(10, mel / 2595) - 1),
        _ => mel < BreakMel ? mel * HzPerMel : BreakHz * Math.Exp((mel - BreakMel) * s_logStep),
    };
}
