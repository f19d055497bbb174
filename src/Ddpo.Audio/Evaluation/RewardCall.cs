namespace Ddpo.Audio.Evaluation;

/// <summary>Asks a reward about some clips, and checks its answer.</summary>
internal static class RewardCall
{
    /// <summary>Asks once.</summary>
    /// <param name="reward">The reward.</param>
    /// <param name="clips">The clips.</param>
    /// <param name="prompts">One for each.</param>
    /// <param name="classify">Whether to ask a classifier for its decisions, which have the scores, too.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>One for each clip; what is not finite or fits no label has a problem instead of a score.</returns>
    /// <exception cref="RewardException">The answer has the wrong number of values.</exception>
    public static async Task<IReadOnlyList<ClipScore>> AskAsync(
        IRewardFunction reward, IReadOnlyList<AudioClip> clips, IReadOnlyList<Prompt> prompts, bool classify, CancellationToken cancellationToken)
    {
        if (classify && reward is IClassifierReward classifier)
        {
            var decisions = await classifier.ClassifyAsync(clips, prompts, cancellationToken).ConfigureAwait(false);
            return [.. Checked(reward, decisions, clips.Count).Select(decision => ClipScore.Of(decision, classifier.Labels))];
        }

        var scores = await reward.ScoreAsync(clips, prompts, cancellationToken).ConfigureAwait(false);
        return [.. Checked(reward, scores, clips.Count).Select(ClipScore.Of)];
    }

    private static IReadOnlyList<T> Checked<T>(IRewardFunction reward, IReadOnlyList<T>? values, int count) => values?.Count == count
        ? values
        : throw new RewardException($"Reward '{reward.Name}' returned {values?.Count ?? 0} values for {count} clips; expected one for each.");
}
