using System.Buffers.Binary;
using Ddpo.Audio.Training.Rollouts;
using Ddpo.Audio.Training.Sharing;

namespace Ddpo.Audio.Training.Session.Validation;

/// <summary>A batch of validation clips that a rank made.</summary>
/// <param name="Index">The batch, from 0.</param>
/// <param name="Scores">What its clips got; <see langword="null"/> where the first rank scores.</param>
/// <param name="Vectors">Of its clips, by which they are compared with real ones; <see langword="null"/> where the first rank makes them, or nobody does.</param>
/// <param name="Clips">Those that the first rank needs: to keep them, or to score them.</param>
internal sealed record ValidationBatch(int Index, RewardScores? Scores, float[][]? Vectors, IReadOnlyList<AudioClip> Clips)
{
    /// <summary>Gathers every rank's batches on the first, in order; none on the others.</summary>
    /// <param name="ranks">The ranks.</param>
    /// <param name="own">This rank's.</param>
    /// <param name="sampleRate">Of the clips, in Hz.</param>
    /// <param name="cancellationToken">Looked at before this rank takes part.</param>
    public static async Task<IReadOnlyList<ValidationBatch>> GatherAsync(
        RankGroup ranks, IReadOnlyList<ValidationBatch> own, int sampleRate, CancellationToken cancellationToken)
    {
        if (ranks.IsAlone)
        {
            return own;
        }

        var all = await ranks.GatherAsync("validation clips", Write(own), cancellationToken).ConfigureAwait(false);
        return [.. all.SelectMany(part => Read(part, sampleRate)).OrderBy(batch => batch.Index)];
    }

    private static ReadOnlyMemory<byte> Write(IReadOnlyList<ValidationBatch> batches)
    {
        var texts = RankJson.Write(batches.Select(batch => new Text(batch.Index, batch.Scores?.Values, batch.Scores?.Hits, batch.Vectors, batch.Clips.Count)).ToArray());
        var length = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, texts.Length);
        return (byte[])[.. length, .. texts.Span, .. ClipBytes.Write([.. batches.SelectMany(batch => batch.Clips)])];
    }

    private static IEnumerable<ValidationBatch> Read(ReadOnlyMemory<byte> bytes, int sampleRate)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes.Span);
        var texts = RankJson.Read<Text[]>(bytes.Slice(sizeof(int), length));
        var clips = new Queue<AudioClip>(ClipBytes.Read(bytes[(sizeof(int) + length)..], texts.Sum(text => text.Clips), sampleRate));
        foreach (var text in texts)
        {
            yield return new ValidationBatch(
                text.Index,
                text.Values is null ? null : new RewardScores(text.Values, text.Hits!),
                text.Vectors,
                [.. Enumerable.Range(0, text.Clips).Select(_ => clips.Dequeue())]);
        }
    }

    private sealed record Text(
        int Index, IReadOnlyDictionary<string, float[]>? Values, IReadOnlyDictionary<string, float[]>? Hits, float[][]? Vectors, int Clips);
}
