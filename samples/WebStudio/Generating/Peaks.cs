namespace Ddpo.Audio.Samples;

/// <summary>What a clip looks like.</summary>
internal static class Peaks
{
    private const int Parts = 48;

    /// <summary>The peak of each of its parts, from 0 to 100: the square root, so that quiet clips have a shape, too.</summary>
    public static int[] Of(AudioClip audio)
    {
        var samples = audio.Samples.Span;
        var peaks = new int[Parts];
        for (var part = 0; part < Parts; part++)
        {
            var peak = 0f;
            foreach (var sample in samples[(int)((long)samples.Length * part / Parts)..(int)((long)samples.Length * (part + 1) / Parts)])
            {
                peak = MathF.Max(peak, MathF.Abs(sample));
            }

            peaks[part] = (int)MathF.Round(100 * MathF.Sqrt(MathF.Min(1, peak)));
        }

        return peaks;
    }
}
