using System.Globalization;
using Ddpo.Audio.Models.HifiGan;
using Ddpo.Audio.Models.UNet;
using Ddpo.Audio.Models.Vae;

namespace Ddpo.Audio.Pipelines;

/// <summary>Estimates of what generating takes on top of the weights: known before anything is computed.</summary>
internal static class MemoryNeed
{
    // Of the VAE's or the vocoder's largest layer, several tensors are alive: its input, what its convolutions make of it, and their workspace.
    private const int DecodingTensors = 4;

    // Of the UNet, what its down blocks leave for its up blocks, and the layer at work. With guidance there are two rows for each clip.
    private const int DenoisingTensors = 2 * 24;

    /// <summary>Bytes that decoding one clip takes.</summary>
    public static double ToDecode(ClipGeometry geometry, AutoencoderKLConfig vae, SpeechT5HifiGanConfig vocoder, Precision precision)
    {
        var frames = (double)geometry.LatentShape[1] * vae.CompressionRatio; // of the mel spectrogram
        // The VAE works at full size with the channels of its last block but one; the vocoder halves channels where it multiplies the length.
        var mel = frames * vocoder.ModelInDim * vae.BlockOutChannels[Math.Min(1, vae.BlockOutChannels.Count - 1)];
        var (waves, length, channels) = (0.0, frames, (double)vocoder.UpsampleInitialChannel);
        foreach (var rate in vocoder.UpsampleRates)
        {
            (length, channels) = (length * rate, channels / 2);
            waves = Math.Max(waves, length * channels);
        }

        return Math.Max(mel, waves) * DecodingTensors * Bytes(precision);
    }

    /// <summary>Bytes that a denoising step takes for each clip.</summary>
    public static double ToDenoise(ClipGeometry geometry, AudioLdm2UNetConfig unet, Precision precision) =>
        (double)geometry.LatentShape[1] * geometry.LatentShape[2] * unet.BlockOutChannels[0] * DenoisingTensors * Bytes(precision);

    /// <summary>Says what is wrong when a machine has less than that; <see langword="null"/> when it has enough.</summary>
    public static string? ProblemOf(double bytes, long clips, TimeSpan duration)
    {
        var available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        return bytes <= available
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{clips} clips of {duration.TotalSeconds:0.##} s at once take about {bytes / 1e9:F0} GB, and this machine has {available / 1e9:F0} GB: "
                + $"make fewer at once, or shorter ones.");
    }

    private static int Bytes(Precision precision) => precision == Precision.Float32 ? 4 : 2;
}
