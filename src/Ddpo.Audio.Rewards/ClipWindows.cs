using Ddpo.Audio.Runtime;

namespace Ddpo.Audio.Rewards;

/// <summary>Clips through a model that hears windows of one length: cut, run in batches, and averaged over each clip's windows.</summary>
internal static class ClipWindows
{
    /// <summary>So many are heard at a time on the CPU: what a model makes of them stays in the caches of a core.</summary>
    public const int Piece = 2;

    /// <summary>The mean over each clip's windows of the model's vectors.</summary>
    /// <param name="clips">The clips.</param>
    /// <param name="batchSize">Windows that go through the model at once, of one clip or of several.</param>
    /// <param name="cut">The windows of a clip, at least one; called on several threads at a time.</param>
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
        foreach (var batch in Cut(clips, batchSize, cut, cancellationToken).Chunk(batchSize))
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

    /// <summary>The vectors of windows that a model on the CPU hears in pieces, side by side.</summary>
    /// <param name="windows">The windows.</param>
    /// <param name="run">A new vector for each window of a piece; called on several threads at a time.</param>
    public static IReadOnlyList<float[]> InPieces(IReadOnlyList<float[]> windows, Func<IReadOnlyList<float[]>, IReadOnlyList<float[]>> run)
    {
        float[][][] pieces = [.. windows.Chunk(Piece)];
        var vectors = new IReadOnlyList<float[]>[pieces.Length];
        SharedTensorWork.Each(pieces.Length, piece => vectors[piece] = run(pieces[piece]));
        return [.. vectors.SelectMany(of => of)];
    }

    private static IEnumerable<(int Clip, float[] Samples)> Cut(
        IReadOnlyList<AudioClip> clips, int batchSize, Func<AudioClip, IReadOnlyList<float[]>> cut, CancellationToken cancellationToken)
    {
        var threads = get_num_threads();
        foreach (var batch in Enumerable.Range(0, clips.Count).Chunk(batchSize))
        {
            var windows = new IReadOnlyList<float[]>[batch.Length];
            SharedWork.Each(batch.Length, threads, place => windows[place] = Cut(clips, batch[place], cut), cancellationToken);
            foreach (var (clip, of) in batch.Zip(windows))
            {
                foreach (var window in of)
                {
                    yield return (clip, window);
                }
            }
        }
    }

    private static IReadOnlyList<float[]> Cut(IReadOnlyList<AudioClip> clips, int clip, Func<AudioClip, IReadOnlyList<float[]>> cut)
    {
        try
        {
            return cut(clips[clip]);
        }
        catch (ArgumentException exception)
        {
            throw new ArgumentException($"Clip {clip} of {clips.Count} cannot be scored. {exception.Message}", nameof(clips), exception);
        }
    }
}
