namespace Ddpo.Audio;

/// <summary>What one reward said about all clips.</summary>
/// <param name="Name">The reward's name.</param>
/// <param name="Scores">Statistics of the scores; <see langword="null"/> when no clip got one.</param>
/// <param name="Failed">Clips without a score.</param>
public sealed record RewardSummary(string Name, RewardStatistics? Scores, int Failed)
{
    /// <summary>Gets what the column of the scores is called (<see cref="IRewardFunction.ScoreColumn"/>).</summary>
    public string ScoreColumn { get; init; } = "score";

    /// <summary>Gets statistics of each prompt's scores, in the order in which the prompts first appear, without those that have none.</summary>
    public required IReadOnlyList<PromptSummary> ByPrompt { get; init; }

    /// <summary>Gets how often the reward's decisions are what the prompts ask for; <see langword="null"/> when it is no classifier.</summary>
    public ClassificationSummary? Classification { get; init; }

    /// <summary>
    /// Gets the largest distance between a score and the one that was recorded when the clip was made; <see langword="null"/> when none was.
    /// </summary>
    public double? RecordedDifference { get; init; }

    internal static RewardSummary Of(IRewardFunction reward, IReadOnlyCollection<EvaluatedClip> clips)
    {
        var scored = clips.Where(clip => clip.Scores.ContainsKey(reward.Name)).ToArray();
        float Score(EvaluatedClip clip) => clip.Scores[reward.Name];
        RewardStatistics Statistics(IEnumerable<EvaluatedClip> some) => RewardStatistics.Of([.. some.Select(Score)]);
        return new RewardSummary(reward.Name, scored.Length > 0 ? Statistics(scored) : null, clips.Count - scored.Length)
        {
            ScoreColumn = reward.ScoreColumn,
            ByPrompt = [.. scored.GroupBy(clip => clip.Sample.Prompt.Text).Select(group => new PromptSummary(group.Key, Statistics(group)))],
            Classification = reward is IClassifierReward classifier
                ? ClassificationSummary.Of(classifier.Labels, scored.Select(clip => clip.Classifications[reward.Name]))
                : null,
            RecordedDifference = scored.Where(clip => clip.Sample.Rewards.ContainsKey(reward.Name))
                .Max(clip => (double?)Math.Abs(Score(clip) - clip.Sample.Rewards[reward.Name])),
        };
    }
}

/// <summary>Statistics of one prompt's scores.</summary>
/// <param name="Prompt">The prompt's text.</param>
/// <param name="Scores">The statistics.</param>
public sealed record PromptSummary(string Prompt, RewardStatistics Scores);
