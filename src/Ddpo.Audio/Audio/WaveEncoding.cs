namespace Ddpo.Audio;

/// <summary>How samples are stored in a WAV file.</summary>
public enum WaveEncoding
{
    /// <summary>16-bit integers: what every player reads. Samples beyond ±1 are clipped, and must be finite.</summary>
    Pcm16,

    /// <summary>32-bit IEEE floats: the samples exactly as they are.</summary>
#pragma warning disable CA1720 // the type is what the name is about
    Float32,
#pragma warning restore CA1720
}
