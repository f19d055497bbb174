using System.Text.Json;

namespace Ddpo.Audio.Evaluation;

/// <summary>Puts together what several processes said about their batches of clips.</summary>
internal static class SharedClips
{
    /// <summary>Gathers the results of all clips, in their order, on every process.</summary>
    /// <param name="collective">The processes.</param>
    /// <param name="samples">All clips.</param>
    /// <param name="batchSize">Clips in a batch; the batches go round the processes.</param>
    /// <param name="own">What this one said about its clips.</param>
    /// <param name="cancellationToken">Looked at before the exchange begins.</param>
    public static async Task<List<EvaluatedClip>> GatherAsync(
        ICollective collective, IReadOnlyList<SampleEntry> samples, int batchSize, IEnumerable<EvaluatedClip> own, CancellationToken cancellationToken)
    {
        var said = JsonSerializer.SerializeToUtf8Bytes(own.Select(clip => new Said(clip.Scores, clip.Classifications, clip.Problems)));
        var all = (await collective.AllGatherPartsAsync(said, cancellationToken).ConfigureAwait(false))
            .Select(part => new Queue<Said>(JsonSerializer.Deserialize<Said[]>(part.Span)!)).ToArray();
        return
        [
            .. samples.Select((sample, i) =>
            {
                var (scores, classifications, problems) = all[i / batchSize % collective.Size].Dequeue();
                return new EvaluatedClip(sample) { Scores = scores, Classifications = classifications, Problems = problems };
            }),
        ];
    }

    private sealed record Said(
        IReadOnlyDictionary<string, float> Scores, IReadOnlyDictionary<string, Classification> Classifications, IReadOnlyDictionary<string, string> Problems);
}
