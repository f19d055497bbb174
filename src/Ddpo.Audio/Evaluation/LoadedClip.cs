namespace Ddpo.Audio.Evaluation;

/// <summary>A clip that was read, or why it could not be.</summary>
internal sealed record LoadedClip(SampleEntry Sample, AudioClip? Clip, string? Problem)
{
    /// <summary>Reads and decodes a sample's file. Whatever is wrong with it becomes the <see cref="Problem"/>.</summary>
    public static LoadedClip Load(string folder, SampleEntry sample)
    {
        try
        {
            var clip = WaveFile.Read(Path.Combine(folder, sample.File));
            var samples = clip.Samples.Span;
            var bad = samples.IndexOfAnyExceptInRange(float.MinValue, float.MaxValue);
            return samples.IsEmpty ? new(sample, null, "The file has no audio.")
                : bad >= 0 ? new(sample, null, $"The audio is not finite: its frame {bad / clip.Channels} has {samples[bad]}.")
                : new(sample, clip, null);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return new(sample, null, exception.Message);
        }
    }
}
