namespace Ddpo.Audio.Rewards;

/// <summary>How clips come to the rate that CLAP expects.</summary>
public enum ClapResampling
{
    /// <summary>Windowed sinc, as <c>torchaudio.functional.resample</c> by default.</summary>
    Sinc,

    /// <summary>resampy's "kaiser_best": a longer filter, which laion_clap itself gets from librosa.</summary>
    KaiserBest,
}
