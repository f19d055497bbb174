namespace Ddpo.Audio.Evaluation;

/// <summary>What one reward said about one clip: a score, with a decision when it is a classifier; or why there is none.</summary>
internal sealed record ClipScore(float Value, Classification? Classification, string? Problem)
{
    /// <summary>There is no score.</summary>
    public static ClipScore Failed(string problem) => new(float.NaN, null, problem);

    /// <summary>A score, unless it is not a finite number.</summary>
    public static ClipScore Of(float value) =>
        float.IsFinite(value) ? new(value, null, null) : Failed($"The reward returned {value}; expected a finite number.");

    /// <summary>A decision, unless it does not fit the labels.</summary>
    public static ClipScore Of(Classification decision, IReadOnlyList<string> labels)
    {
        if (decision.Values.Count != labels.Count)
        {
            return Failed($"The reward returned {decision.Values.Count} values for {labels.Count} labels; expected one for each.");
        }

        var unknown = new[] { decision.Target, decision.Predicted }.FirstOrDefault(label => !labels.Contains(label));
        if (unknown is not null)
        {
            return Failed($"The reward returned the label '{unknown}'; expected one of {string.Join(", ", labels)}.");
        }

        var score = Of(decision.Score);
        return score.Problem is null ? score with { Classification = decision } : score;
    }
}
