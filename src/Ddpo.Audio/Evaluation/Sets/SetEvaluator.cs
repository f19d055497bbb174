using Ddpo.Audio.Evaluation;

namespace Ddpo.Audio;

/// <summary>Compares folders of WAVs as sets: FAD, FAD-infinity and KAD.</summary>
/// <param name="embedder">Makes the vectors; stays the caller's.</param>
/// <param name="cacheFolder">Where vectors are kept by the contents of files, for the next time; <see langword="null"/>, the default, keeps nothing.</param>
/// <remarks>Thread-safety: one call at a time.</remarks>
public sealed class SetEvaluator(IAudioEmbedder embedder, string? cacheFolder = null)
{
    private readonly EmbeddingCache _cache = new(cacheFolder, embedder);

    /// <summary>Makes the vectors of all WAVs of a folder. A file that cannot be read is left out, and told in <see cref="EmbeddingSet.Unread"/>.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="recursive">Whether folders in it are searched, too.</param>
    /// <param name="progress">Told after every file.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">It has no WAVs, or none that can be read.</exception>
    public async Task<EmbeddingSet> EmbedAsync(
        string folder, bool recursive = false, IProgress<EvaluationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var files = WaveFolder.Find(folder, recursive).Waves;
        var (rows, unread, done) = (new List<float[]>(), new Dictionary<string, string>(StringComparer.Ordinal), 0);
        foreach (var file in files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var loaded = LoadedClip.Load(folder, new SampleEntry(file, new Prompt("")));
            if (loaded.Clip is { } clip)
            {
                rows.AddRange(await _cache.EmbedAsync(Path.Combine(folder, file), clip, cancellationToken).ConfigureAwait(false));
            }
            else
            {
                unread[file] = loaded.Problem!;
            }

            progress?.Report(new EvaluationProgress(++done, files.Count, unread.Count, new Dictionary<string, double>()));
        }

        return rows.Count > 1
            ? new EmbeddingSet(embedder.Embedding, rows, files.Count - unread.Count) { Unread = unread }
            : throw new InvalidDataException(
                $"'{folder}' has {rows.Count} window{(rows.Count == 1 ? "" : "s")} of audio that can be read; a set needs at least 2. "
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
