using Ddpo.Audio.Evaluation;

namespace Ddpo.Audio;

/// <summary>Compares sets of WAVs: FAD, FAD-infinity and KAD.</summary>
/// <param name="embedder">Makes the vectors; stays the caller's.</param>
/// <param name="cacheFolder">Where vectors are kept by the contents of files, for the next time; <see langword="null"/>, the default, keeps nothing.</param>
/// <remarks>Thread-safety: one call at a time.</remarks>
public sealed class SetEvaluator(IAudioEmbedder embedder, string? cacheFolder = null)
{
    private readonly EmbeddingCache _cache = new(cacheFolder, embedder);

    /// <summary>Makes the vectors of all clips of a set. A file that cannot be read is left out, and told in <see cref="EmbeddingSet.Unread"/>.</summary>
    /// <param name="set">The clips; their prompts do not matter.</param>
    /// <param name="progress">Told after every file.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="InvalidDataException">There is too little audio that can be read.</exception>
    public async Task<EmbeddingSet> EmbedAsync(
        EvaluationSet set, IProgress<EvaluationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(set);
        var (rows, unread, done) = (new List<float[]>(), new Dictionary<string, string>(StringComparer.Ordinal), 0);
        foreach (var sample in set.Samples)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var loaded = LoadedClip.Load(set.Folder, sample);
            if (loaded.Clip is { } clip)
            {
                rows.AddRange(await _cache.EmbedAsync(Path.Combine(set.Folder, sample.File), clip, cancellationToken).ConfigureAwait(false));
            }
            else
            {
                unread[sample.File] = loaded.Problem!;
            }

            progress?.Report(new EvaluationProgress(++done, set.Samples.Count, unread.Count, new Dictionary<string, double>()));
        }

        return rows.Count > 1
            ? new EmbeddingSet(embedder.Embedding, rows, set.Samples.Count - unread.Count) { Unread = unread }
            : throw new InvalidDataException(
                $"'{set.Folder}' has {rows.Count} window{(rows.Count == 1 ? "" : "s")} of audio that can be read; a set needs at least 2. "
                + string.Join(" ", unread.Take(1).Select(entry => $"{entry.Key}: {entry.Value}")));
    }

    /// <summary>Measures all distances that two sets are large enough for: FAD, KAD and, above 500 windows, FAD-infinity.</summary>
    /// <param name="reference">Real clips.</param>
    /// <param name="set">Clips to judge.</param>
    /// <exception cref="ArgumentException">The sets have different embeddings.</exception>
    public static IReadOnlyList<SetDistance> Compare(EmbeddingSet reference, EmbeddingSet set)
    {
        ArgumentNullException.ThrowIfNull(set);
        const int Smallest = 500;
        SetDistance[] always = [FrechetAudioDistance.Measure(reference, set), KernelAudioDistance.Measure(reference, set)];
        return set.Rows.Count > Smallest ? [.. always, FrechetAudioDistance.MeasureInfinity(reference, set, Smallest)] : always;
    }

    /// <summary>Writes distances as CSV, a row each, with all that a number depends on; a file that is there is replaced.</summary>
    /// <param name="path">The file; its folder is made.</param>
    /// <param name="distances">The distances.</param>
    public static void WriteCsv(string path, IEnumerable<SetDistance> distances)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(distances);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        using var stream = File.Create(path);
        CsvTable.Write(stream,
        [
            ["metric", "value", "embedding", "dimension", "reference_windows", "windows", "fit_r2", "warning"],
            .. distances.Select(one => new object?[]
            {
                one.Metric, one.Value, one.Embedding, one.Dimension, one.ReferenceWindows, one.Windows, one.FitRSquared, one.Warning,
            }),
        ]);
    }
}
