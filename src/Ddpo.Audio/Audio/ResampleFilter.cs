namespace Ddpo.Audio;

/// <summary>The low-pass filter of a <see cref="ResampleKernel"/>.</summary>
internal enum ResampleFilter
{
    /// <summary>Sinc in a Hann window of 6 zero crossings: torchaudio's default.</summary>
    SincHann,

    /// <summary>Sinc in a Kaiser window of 50 zero crossings, as resampy's (and so librosa's) "kaiser_best".</summary>
    KaiserBest,
}
