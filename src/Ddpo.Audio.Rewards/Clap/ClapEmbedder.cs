namespace Ddpo.Audio.Rewards.Clap;

/// <summary>Audio and text of any kind to vectors with an L2 norm of 1. Owns its parts; belongs to one thread.</summary>
internal sealed class ClapEmbedder(ClapParts parts, ClapRewardOptions options) : IDisposable
{
    private readonly ClapFrontEnd _frontEnd = new(parts.Features, options, parts.QuantizesToInt16);

    /// <summary>A vector for each text.</summary>
    public List<float[]> EmbedTexts(IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        var vectors = new List<float[]>(texts.Count);
        foreach (var batch in texts.Chunk(options.BatchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            vectors.AddRange(parts.Encoder.EncodeText(parts.Tokenize(batch), cancellationToken));
        }

        return vectors;
    }

    /// <summary>A vector for each clip; the mean of its windows' where it has several.</summary>
    public float[][] EmbedClips(IReadOnlyList<AudioClip> clips, CancellationToken cancellationToken)
    {
        var sums = new float[clips.Count][];
        var counts = new int[clips.Count];
        foreach (var batch in Windows(clips).Chunk(options.BatchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var logMels = parts.Features.Extract([.. batch.Select(window => window.Samples)]);
            var vectors = parts.Encoder.EncodeAudio(logMels, cancellationToken);
            foreach (var ((clip, _), vector) in batch.Zip(vectors))
            {
                sums[clip] = sums[clip] is { } sum ? [.. sum.Zip(vector, (left, right) => left + right)] : vector;
                counts[clip]++;
            }
        }

        return [.. sums.Zip(counts, (sum, count) => count == 1 ? sum : Array.ConvertAll(sum, value => value / count))];
    }

    public void Dispose() => parts.Dispose();

    private IEnumerable<(int Clip, float[] Samples)> Windows(IReadOnlyList<AudioClip> clips)
    {
        for (var i = 0; i < clips.Count; i++)
        {
            IReadOnlyList<float[]> windows;
            try
            {
                windows = _frontEnd.Windows(clips[i]);
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
