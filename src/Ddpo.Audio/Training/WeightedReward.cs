namespace Ddpo.Audio.Training;

/// <summary>A reward and its share in the sum that is trained on.</summary>
internal sealed record WeightedReward(IRewardFunction Function, double Weight);

/// <summary>What the rewards said about some samples.</summary>
/// <param name="Total">Weighted sum, one for each sample.</param>
/// <param name="Parts">Each reward's own values, by name.</param>
internal sealed record RewardScores(float[] Total, IReadOnlyDictionary<string, float[]> Parts)
{
    /// <summary>The scores of several batches as those of one.</summary>
    public static RewardScores Concat(IReadOnlyList<RewardScores> batches) => new(
        [.. batches.SelectMany(batch => batch.Total)],
        batches[0].Parts.Keys.ToDictionary(name => name, name => batches.SelectMany(batch => batch.Parts[name]).ToArray()));
}

/// <summary>Asks every reward in turn, and lets nothing through that cannot be trained on.</summary>
internal sealed class RewardScorer(IReadOnlyList<WeightedReward> rewards)
{
    /// <exception cref="RewardException">A reward threw, or returned the wrong count or a value that is not finite.</exception>
    public async Task<RewardScores> ScoreAsync(
        IReadOnlyList<AudioClip> clips, IReadOnlyList<Prompt> prompts, CancellationToken cancellationToken)
    {
        var total = new float[clips.Count];
        var parts = new Dictionary<string, float[]>(StringComparer.Ordinal);
        foreach (var (function, weight) in rewards)
        {
            var values = await ScoreAsync(function, clips, prompts, cancellationToken).ConfigureAwait(false);
            parts.Add(function.Name, values);
            for (var i = 0; i < total.Length; i++)
            {
                total[i] += (float)(weight * values[i]);
            }
        }

        return new RewardScores(total, parts);
    }

    private static async Task<float[]> ScoreAsync(
        IRewardFunction function, IReadOnlyList<AudioClip> clips, IReadOnlyList<Prompt> prompts, CancellationToken cancellationToken)
    {
        float[] values;
        try
        {
            values = [.. await function.ScoreAsync(clips, prompts, cancellationToken).ConfigureAwait(false)];
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            throw new RewardException($"Reward '{function.Name}' failed on {clips.Count} clips: {exception.Message}", exception);
        }

        if (values.Length != clips.Count)
        {
            throw new RewardException(
                $"Reward '{function.Name}' returned {values.Length} values for {clips.Count} clips; expected one for each.");
        }

        var bad = Array.FindIndex(values, value => !float.IsFinite(value));
        return bad < 0
            ? values
            : throw new RewardException(
                $"Reward '{function.Name}' returned {values[bad]} for sample {bad} (prompt \"{prompts[bad].Text}\"); expected a finite number.");
    }
}
