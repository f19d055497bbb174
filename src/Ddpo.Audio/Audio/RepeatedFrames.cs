namespace Ddpo.Audio;

/// <summary>Which frames of a signal hear the same samples as an earlier one: those of a short clip do, which is repeated until a model's window is full, or followed
/// by silence.</summary>
/// <param name="Different">The frames to compute, in order.</param>
/// <param name="Places">For each frame, its place among these.</param>
internal sealed record RepeatedFrames(long[] Different, long[] Places)
{
    /// <summary>Finds silence at the end, and a distance, a multiple of the hop, after which the signal begins again.</summary>
    /// <param name="samples">The samples, as bytes.</param>
    /// <param name="size">Bytes of a sample.</param>
    /// <param name="length">Samples of a frame.</param>
    /// <param name="hop">Samples from one frame to the next.</param>
    /// <param name="margin">Samples before and after the signal that the outermost frames hear, too; those frames are like no others.</param>
    /// <returns><see langword="null"/> when no frame is like another.</returns>
    public static RepeatedFrames? Find(ReadOnlySpan<byte> samples, int size, int length, int hop, int margin)
    {
        var count = samples.Length / size;
        if (count < length)
        {
            return null;
        }

        var head = samples[..(length * size)];
        var (shift, end) = (0, 0);
        for (var start = hop; start + length <= count; start += hop)
        {
            var rest = samples[(start * size)..];
            if (rest.StartsWith(head) && start + (rest.CommonPrefixLength(samples) / size) is var same && same > end)
            {
                (shift, end) = (start, same);
            }
        }

        var silence = hop + ((samples.TrimEnd((byte)0).Length + size - 1) / size); // from here on a frame is like the one before it
        return shift == 0 && silence + length > count ? null : Of(1 + ((count + (2 * margin) - length) / hop), frame =>
        {
            var start = (frame * hop) - margin;
            return start >= silence && start + length <= count ? 1 : start >= shift && start + length <= end ? shift / hop : 0;
        });
    }

    // How far back the frame is that each is like; 0 for none.
    private static RepeatedFrames Of(int frames, Func<int, int> distance)
    {
        var (different, places) = (new List<long>(), new long[frames]);
        for (var frame = 0; frame < frames; frame++)
        {
            if (distance(frame) is > 0 and var back)
            {
                places[frame] = places[frame - back];
            }
            else
            {
                places[frame] = different.Count;
                different.Add(frame);
            }
        }

        return new([.. different], places);
    }
}
