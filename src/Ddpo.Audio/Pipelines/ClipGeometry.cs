namespace Ddpo.Audio.Pipelines;

/// <summary>Sizes that follow from a clip's duration, as diffusers' AudioLDM2Pipeline computes them.</summary>
/// <param name="LatentShape">Shape of one clip's latents: [channels, frames, mel bins / VAE scale].</param>
/// <param name="Samples">Length that the waveform is cut to; it can be shorter.</param>
internal sealed record ClipGeometry(long[] LatentShape, int Samples)
{
    /// <summary>Geometry of a clip of <paramref name="duration"/>.</summary>
    /// <param name="duration">Length of the clip, above 0.</param>
    /// <param name="channels">Latent channels of the UNet.</param>
    /// <param name="vaeScale">Mel frames (and bins) for each latent one.</param>
    /// <param name="melBins">Bins of the mel spectrogram.</param>
    /// <param name="hopLength">Samples for each mel frame.</param>
    /// <param name="sampleRate">Samples per second.</param>
    public static ClipGeometry For(
        TimeSpan duration, long channels, int vaeScale, long melBins, long hopLength, int sampleRate)
    {
        // TimeSpan.FromSeconds cuts, so that 0.57 s is a tick short; microseconds bring back the number that was meant.
        var seconds = Math.Round(duration.TotalMicroseconds) / 1e6;

        // Truncation in double precision, like the reference: 0.29 s at 10 ms a frame gives 28 frames.
        var frames = (long)(seconds / ((double)hopLength / sampleRate));
        var latentFrames = (frames + vaeScale - 1) / vaeScale;
        return new ClipGeometry([channels, latentFrames, melBins / vaeScale], (int)(seconds * sampleRate));
    }

    /// <summary>The latents' shape for <paramref name="clips"/> clips.</summary>
    public long[] BatchShape(long clips) => [clips, .. LatentShape];

    /// <summary>Numbers in one clip's latents.</summary>
    public long LatentCount => LatentShape.Aggregate(1L, (product, length) => product * length);
}
