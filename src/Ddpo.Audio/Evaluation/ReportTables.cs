namespace Ddpo.Audio.Evaluation;

/// <summary>An evaluation's results as tables, by file name.</summary>
internal static class ReportTables
{
    private const string Suffix = "_score";

    /// <summary>How a reward's files begin: its name, without an ending <c>_score</c> and what a file name must not have.</summary>
    public static string BaseName(string reward)
    {
        var name = reward.EndsWith(Suffix, StringComparison.Ordinal) && reward.Length > Suffix.Length ? reward[..^Suffix.Length] : reward;
        return string.Concat(name.Select(letter => char.IsLetterOrDigit(letter) || letter is '_' or '-' or '.' ? letter : '_'));
    }

    public static IEnumerable<(string File, IEnumerable<object?[]> Rows)> Of(EvaluationReport report)
    {
        foreach (var reward in report.Rewards)
        {
            var name = BaseName(reward.Name);
            if (reward.Classification is { } classification)
            {
                yield return ($"{name}_benchmark.csv", Decisions(report, reward, classification.Labels));
                yield return ($"{name}_confusion.csv", Confusion(classification));
            }
            else
            {
                yield return ($"{name}_benchmark.csv", Scores(report, reward));
            }
        }

        yield return ("summary.csv", Summary(report));
    }

    private static IEnumerable<object?[]> Scores(EvaluationReport report, RewardSummary reward)
    {
        yield return ["path", reward.ScoreColumn, "prompt", "status"];
        foreach (var clip in report.Clips)
        {
            yield return [clip.Sample.File, Score(clip, reward.Name), clip.Sample.Prompt.Text, Status(clip, reward.Name)];
        }
    }

    private static IEnumerable<object?[]> Decisions(EvaluationReport report, RewardSummary reward, IReadOnlyList<string> labels)
    {
        yield return ["path", "label", "pred", reward.ScoreColumn, .. labels, "prompt", "status"];
        foreach (var clip in report.Clips)
        {
            var decision = clip.Classifications.GetValueOrDefault(reward.Name);
            yield return
            [
                clip.Sample.File, decision?.Target, decision?.Predicted, Score(clip, reward.Name),
                .. labels.Select((_, i) => (object?)decision?.Values[i]), clip.Sample.Prompt.Text, Status(clip, reward.Name),
            ];
        }
    }

    private static IEnumerable<object?[]> Confusion(ClassificationSummary summary)
    {
        yield return ["label", .. summary.Labels];
        foreach (var (label, counts) in summary.Labels.Zip(summary.Confusion))
        {
            yield return [label, .. counts.Select(count => (object)count)];
        }
    }

    private static IEnumerable<object?[]> Summary(EvaluationReport report)
    {
        yield return ["reward", "measure", "over", "group", "n", "failed", "mean", "std", "standard_error", "min", "max"];
        foreach (var reward in report.Rewards)
        {
            yield return Row(reward.Name, "all", null, reward.Scores, reward.Failed);
            foreach (var (prompt, scores) in reward.ByPrompt)
            {
                yield return Row(reward.Name, "prompt", prompt, scores, null);
            }

            if (reward.Classification is { } classification)
            {
                yield return Row(reward.Name, "all", null, classification.Overall);
                foreach (var (label, accuracy) in classification.Labels.Zip(classification.ByLabel))
                {
                    yield return Row(reward.Name, "label", label, accuracy);
                }
            }
        }
    }

    private static object?[] Row(string reward, string over, string? group, RewardStatistics? scores, int? failed) =>
        [reward, "score", over, group, scores?.Count ?? 0, failed, scores?.Mean, scores?.SampleStd, scores?.StandardError, scores?.Min, scores?.Max];

    private static object?[] Row(string reward, string over, string? group, Accuracy accuracy) =>
        [reward, "accuracy", over, group, accuracy.Count, null, accuracy.Value, null, accuracy.StandardError, null, null];

    private static float? Score(EvaluatedClip clip, string reward) => clip.Scores.TryGetValue(reward, out var score) ? score : null;

    private static string Status(EvaluatedClip clip, string reward) => clip.Problems.GetValueOrDefault(reward, "ok");
}
