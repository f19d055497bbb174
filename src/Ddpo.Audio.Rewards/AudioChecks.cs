namespace Ddpo.Audio.Rewards;

/// <summary>What every reward demands of what it is given.</summary>
internal static class AudioChecks
{
    /// <exception cref="ArgumentException">The clip is empty, or holds values that are not finite.</exception>
    public static void ThrowIfNotAudio(AudioClip clip)
    {
        if (clip.Frames == 0)
        {
            throw new ArgumentException("Expected audio, found a clip without samples.", nameof(clip));
        }

        var samples = clip.Samples.Span;
        var bad = samples.IndexOfAnyExceptInRange(float.MinValue, float.MaxValue);
        if (bad >= 0)
        {
            throw new ArgumentException(
                $"Expected finite samples, found {samples[bad]} at frame {bad / clip.Channels} of {clip.Frames}.", nameof(clip));
        }
    }

    /// <exception cref="ArgumentNullException">One of the lists is missing.</exception>
    /// <exception cref="ArgumentException">The numbers of clips and prompts differ.</exception>
    public static void ThrowIfNotPaired(IReadOnlyList<AudioClip> clips, IReadOnlyList<Prompt> prompts)
    {
        ArgumentNullException.ThrowIfNull(clips);
        ArgumentNullException.ThrowIfNull(prompts);
        if (clips.Count != prompts.Count)
        {
            throw new ArgumentException($"Expected one prompt for each of {clips.Count} clips, found {prompts.Count}.", nameof(prompts));
        }
    }
}
