using System.Runtime.InteropServices;

namespace Ddpo.Audio.Training.Sharing;

/// <summary>Clips as bytes, to be sent from rank to rank.</summary>
internal static class ClipBytes
{
    /// <summary>Gathers the clips of a sampled batch on the first rank, in the batch's order; none on the others.</summary>
    /// <param name="ranks">The ranks.</param>
    /// <param name="share">Which clips are whose.</param>
    /// <param name="own">This rank's, mono and of one length.</param>
    /// <param name="cancellationToken">Looked at before this rank takes part.</param>
    public static async Task<IReadOnlyList<AudioClip>> ToFirstAsync(
        RankGroup ranks, BatchShare share, IReadOnlyList<AudioClip> own, CancellationToken cancellationToken)
    {
        if (ranks.IsAlone)
        {
            return own;
        }

        var all = await ranks.GatherAsync("clips", Write(own), cancellationToken).ConfigureAwait(false);
        var clips = new AudioClip[all.Count == 0 ? 0 : share.BatchSize];
        foreach (var (rank, bytes) in all.Index())
        {
            foreach (var (clip, row) in Read(bytes, share.Count, own[0].SampleRate).Zip(share.RowsOf(rank)))
            {
                clips[row] = clip;
            }
        }

        return clips;
    }

    /// <summary>Mono clips of one length, one after the other.</summary>
    public static byte[] Write(IReadOnlyList<AudioClip> clips) => [.. clips.SelectMany(clip => MemoryMarshal.AsBytes(clip.Samples.Span).ToArray())];

    /// <summary>What <see cref="Write"/> wrote.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="count">How many clips there are.</param>
    /// <param name="sampleRate">Theirs, in Hz.</param>
    public static IEnumerable<AudioClip> Read(ReadOnlyMemory<byte> bytes, int count, int sampleRate) => count == 0 ? [] : MemoryMarshal.Cast<byte, float>(bytes.Span)
        .ToArray().Chunk(bytes.Length / sizeof(float) / count).Select(samples => new AudioClip(samples, sampleRate));
}
