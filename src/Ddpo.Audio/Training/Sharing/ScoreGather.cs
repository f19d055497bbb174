using Ddpo.Audio.Training.Rollouts;

namespace Ddpo.Audio.Training.Sharing;

/// <summary>Makes of every rank's scores those of all samples, in order.</summary>
internal static class ScoreGather
{
    /// <summary>Gathers them on all ranks.</summary>
    /// <param name="ranks">The ranks.</param>
    /// <param name="share">Which samples are whose.</param>
    /// <param name="own">Of this rank's samples, batch by batch.</param>
    /// <param name="cancellationToken">Looked at before this rank takes part.</param>
    public static async Task<RewardScores> AllAsync(RankGroup ranks, BatchShare share, RewardScores own, CancellationToken cancellationToken)
    {
        if (ranks.IsAlone)
        {
            return own;
        }

        var all = await ranks.AllGatherAsync("scores", new Part(own.Values, own.Hits), cancellationToken).ConfigureAwait(false);
        var places = Enumerable.Range(0, ranks.Size)
            .Select(rank => Enumerable.Range(0, own.Count / share.Count).SelectMany(batch => share.RowsOf(rank).Select(row => (batch * share.BatchSize) + row)).ToArray())
            .ToArray();
        return new RewardScores(Merge(all, places, part => part.Values), Merge(all, places, part => part.Hits));
    }

    /// <summary>Sends the scores of all samples from the first rank to the others.</summary>
    /// <param name="ranks">The ranks.</param>
    /// <param name="own">On the first, the scores.</param>
    /// <param name="cancellationToken">Looked at before this rank takes part.</param>
    public static async Task<RewardScores> FromFirstAsync(RankGroup ranks, RewardScores? own, CancellationToken cancellationToken)
    {
        var sent = await ranks.FromFirstAsync("scores", own is null ? null : new Part(own.Values, own.Hits), cancellationToken).ConfigureAwait(false);
        return ranks.IsFirst ? own! : new RewardScores(sent!.Values, sent.Hits);
    }

    private static Dictionary<string, float[]> Merge(Part[] all, int[][] places, Func<Part, IReadOnlyDictionary<string, float[]>> select) => select(all[0]).Keys.ToDictionary(
        name => name,
        name =>
        {
            var values = new float[places.Sum(own => own.Length)];
            foreach (var (part, own) in all.Zip(places))
            {
                foreach (var (value, place) in select(part)[name].Zip(own))
                {
                    values[place] = value;
                }
            }

            return values;
        },
        StringComparer.Ordinal);

    private sealed record Part(IReadOnlyDictionary<string, float[]> Values, IReadOnlyDictionary<string, float[]> Hits);
}
