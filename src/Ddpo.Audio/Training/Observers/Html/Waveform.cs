using System.Globalization;
using System.Text;

namespace Ddpo.Audio.Training.Observers.Html;

/// <summary>What a clip looks like: a bar for the peak of each of its parts.</summary>
internal static class Waveform
{
    private const int Bars = 48;

    /// <summary>The size of the box that the path is for.</summary>
    public const int Width = 2 * Bars, Height = 40;

    /// <summary>The bars as an SVG path of vertical lines. A loud clip fills the box; a quiet one is not made larger.</summary>
    public static string Path(AudioClip clip)
    {
        var samples = clip.Samples.Span;
        var path = new StringBuilder();
        for (var bar = 0; bar < Bars; bar++)
        {
            var peak = 0f;
            foreach (var sample in samples[(int)((long)samples.Length * bar / Bars)..(int)((long)samples.Length * (bar + 1) / Bars)])
            {
                peak = MathF.Max(peak, MathF.Abs(sample));
            }

            // A square root, so that quiet clips have a shape, too.
            var half = MathF.Max(0.5f, MathF.Sqrt(MathF.Min(1, peak)) * Height / 2);
            path.Append(CultureInfo.InvariantCulture, $"M{(2 * bar) + 1} {(Height / 2) - half:0.#}v{2 * half:0.#}");
        }

        return path.ToString();
    }
}
