namespace Ddpo.Audio.Rewards;

/// <summary>Clips through a model that hears windows of one length: cut, run in batches, and averaged over each clip's windows.</summary>
internal static class ClipWindows
{
    /// <summary>The mean over each clip's windows of the model's vectors.</summary>
    /// <param name="clips">The clips.</param>
    /// <param name="batchSize">Windows that go through the model at once, of one clip or of several.</param>
    /// <param name="cut">The windows of a clip, at least one.</param>
    /// <param name="run">A new vector for each window.</param>
    /// <param name="cancellationToken">Looked at before each batch.</param>
    /// <exception cref="ArgumentException">A clip cannot be cut; the message says which, and why.</exception>
    public static float[][] MeanVectors(
        IReadOnlyList<AudioClip> clips,
        int batchSize,
        Func<AudioClip, IReadOnlyList<float[]>> cut,
        Func<IReadOnlyList<float[]>, IReadOnlyList<float[]>> run,
        CancellationToken cancellationToken)
    {
        var sums = new float[clips.Count][];
        var counts = new int[clips.Count];
        foreach (var batch in Cut(clips, cut).Chunk(batchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var vectors = run([.. batch.Select(window => window.Samples)]);
            foreach (var ((clip, _), vector) in batch.Zip(vectors))
            {
                sums[clip] = sums[clip] is { } sum ? [.. sum.Zip(vector, (left, right) => left + right)] : vector;
                counts[clip]++;
            }
        }

        return [.. sums.Zip(counts, (sum, count) => count == 1 ? sum : Array.ConvertAll(sum, value => value / count))];
    }

    private static IEnumerable<(int Clip, float[] Samples)> Cut(IReadOnlyList<AudioClip> clips, Func<AudioClip, IReadOnlyList<float[]>> cut)
    {
        for (var i = 0; i < clips.Count; i++)
        {
            IReadOnlyList<float[]> windows;
            try
            {
                windows = cut(clips[i]);
            }
            catch (ArgumentException exception)
            {
                throw new ArgumentException($"Clip {i} of {clips.Count} cannot be scored. {exception.Message}", nameof(clips), exception);
            }

            foreach (var window in windows)
            {
                yield return (i, window);
            }
        }
    }
}
