namespace Ddpo.Audio.Training.Sharing;

/// <summary>The end of an epoch: all ranks must have the same weights then, and remember the same.</summary>
internal static class EpochAgreement
{
    /// <summary>Compares.</summary>
    /// <param name="ranks">The ranks.</param>
    /// <param name="index">The epoch, from 0.</param>
    /// <param name="weights">A hash of this rank's weights.</param>
    /// <param name="memory">What this rank's algorithm and rewards remember.</param>
    /// <param name="result">What this rank measured.</param>
    /// <param name="cancellationToken">Looked at before this rank takes part.</param>
    /// <returns>What all measured: the mean over the ranks where they differ.</returns>
    /// <exception cref="CollectiveException">Ranks differ; they are named.</exception>
    public static async Task<EpochResult> ReachAsync(
        RankGroup ranks, int index, string weights, string memory, EpochResult result, CancellationToken cancellationToken)
    {
        var all = await ranks.AllGatherAsync(
            "epoch", new Vote(weights, memory, result.Loss, new Dictionary<string, double>(result.Measurements)), cancellationToken).ConfigureAwait(false);
        Require(all, vote => vote.Weights, "the weights", index);
        Require(all, vote => vote.Memory, "what the algorithm and the rewards' statistics remember", index);
        return new EpochResult(
            Mean([.. all.Select(vote => vote.Loss)]),
            all[0].Measurements.Keys.ToDictionary(
                name => name, name => Mean([.. all.Select(vote => vote.Measurements.GetValueOrDefault(name, double.NaN))]), StringComparer.Ordinal));
    }

    private static void Require(Vote[] all, Func<Vote, string> select, string what, int index)
    {
        int[] different = [.. Enumerable.Range(0, all.Length).Where(rank => select(all[rank]) != select(all[0]))];
        if (different.Length > 0)
        {
            throw new CollectiveException(
                $"After epoch {index + 1}, {what} of rank {string.Join(", ", different)} differ from those of rank 0, which must be the same, bit for bit. A machine or a "
                + "device is at fault, or an own part gives other results on other ranks. The epoch is not kept; go on from the last checkpoint.");
        }
    }

    private static double Mean(double[] values) => Array.TrueForAll(values, value => value.Equals(values[0])) ? values[0] : values.Average();

    private sealed record Vote(string Weights, string Memory, double Loss, Dictionary<string, double> Measurements);
}
