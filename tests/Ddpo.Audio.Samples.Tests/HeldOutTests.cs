using System.Text.Json;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Samples.Tests;

/// <summary>The figures of measurings.</summary>
public sealed class HeldOutTests
{
    [Fact]
    public void An_estimate_has_the_standard_error_of_the_mean()
    {
        var estimate = Estimate.Of([1, 2, 3, 6]);
        Assert.Equal(3, estimate.Mean);
        Assert.Equal(Math.Sqrt(14.0 / 3 / 4), estimate.StandardError!.Value, 12);
        Assert.Null(Estimate.Of([1]).StandardError);
    }

    [Fact]
    public void Each_line_has_the_weighted_reward_the_accuracy_and_the_change_clip_by_clip()
    {
        using var folder = new TemporaryFolder();
        var log = new EvaluationLog(folder["run/eval.jsonl"]);
        log.Append(0, Scores([0.5f, 0.75f], [0, 1]), 1);
        log.Append(5, Scores([0.75f, 1], [1, 1]), 1);

        var lines = File.ReadAllLines(folder["run/eval.jsonl"]).Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.Equal([0, 5], lines.Select(line => line.GetProperty("epoch").GetInt32()));
        Assert.Equal(JsonValueKind.Null, lines[0].GetProperty("change").ValueKind);
        Assert.Equal((2 * 0.625) + 0.5, Mean(lines[0].GetProperty("reward")));
        Assert.Equal(0.5, Mean(lines[0].GetProperty("accuracy").GetProperty("mood")));
        Assert.Equal(0.875, Mean(lines[1].GetProperty("rewards").GetProperty("fit")));
        var change = lines[1].GetProperty("change");
        Assert.Equal(0.25, Mean(change.GetProperty("rewards").GetProperty("fit")));
        Assert.Equal(0, change.GetProperty("rewards").GetProperty("fit").GetProperty("standard_error").GetDouble());
        Assert.Equal(1, Mean(change.GetProperty("reward")));
        Assert.Equal(0.5, change.GetProperty("accuracy").GetProperty("mood").GetProperty("standard_error").GetDouble());
    }

    private static HeldOutScores Scores(float[] fit, float[] hits)
    {
        var scores = new HeldOutScores();
        scores.Add("fit", 2, fit);
        scores.Add("mood", 1, hits);
        scores.AddHits("mood", hits.Select(hit => hit > 0));
        return scores;
    }

    private static double Mean(JsonElement estimate) => estimate.GetProperty("mean").GetDouble();
}
