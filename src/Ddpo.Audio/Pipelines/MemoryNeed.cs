using System.Globalization;
using Ddpo.Audio.Models.HifiGan;
using Ddpo.Audio.Models.Vae;

namespace Ddpo.Audio.Pipelines;

/// <summary>What decoding takes, which is the most that generating does: known before anything is computed.</summary>
internal static class MemoryNeed
{
    // Of the largest layer, several tensors are alive: its input, what its convolutions make of it, and their workspace.
    private const int TensorsAlive = 4;

    /// <summary>An estimate of the bytes that decoding some clips takes at once, on top of the weights.</summary>
    public static double Bytes(ClipGeometry geometry, long clips, AutoencoderKLConfig vae, SpeechT5HifiGanConfig vocoder, Precision precision)
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

        return clips * Math.Max(mel, waves) * TensorsAlive * (precision == Precision.Float32 ? 4 : 2);
    }

    /// <summary>Says what is wrong when a machine has less than that; <see langword="null"/> when it has enough.</summary>
    public static string? ProblemOf(double bytes, long clips, TimeSpan duration)
    {
        var available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        return bytes <= available
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{clips} clips of {duration.TotalSeconds:0.##} s at once take about {bytes / 1e9:F0} GB to decode, and this machine has {available / 1e9:F0} GB: "
                + $"make fewer at once, or shorter ones.");
    }
}
