using System.Globalization;
using Ddpo.Audio.Models.Clap;

namespace Ddpo.Audio.Testing;

/// <summary>The audio of the reward fixtures' rows: <c>clip</c>, or <c>clip@offset</c> for a crop at 48 kHz.</summary>
internal static class RewardClips
{
    /// <summary>The name of a row's clip, and where it is cropped after resampling.</summary>
    public static (string Clip, int Offset) Parse(string row)
    {
        var parts = row.Split('@');
        return (parts[0], parts.Length == 1 ? 0 : int.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    /// <summary>Reads a row's clip.</summary>
    public static AudioClip Read(string row) => WaveFile.Read(Fixtures.Path("rewards", "audio", Parse(row).Clip + ".wav"));

    /// <summary>A row's window as the hub's models hear it: mono, resampled, cropped or repeated.</summary>
    public static float[] Window(string row, ClapFeatureExtractor extractor) =>
        extractor.Fit(Read(row).ToMono().ResampleTo(extractor.SampleRate).Samples.Span, Parse(row).Offset);
}
