using System.Text.Json;

namespace Ddpo.Audio.Samples;

/// <summary>Writes each measuring as a line of <c>eval.jsonl</c>, with what has changed since the first one.</summary>
internal sealed class EvaluationLog(string path)
{
    private static readonly JsonSerializerOptions s_json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private HeldOutScores? _before;

    /// <summary>The name of the file.</summary>
    public const string FileName = "eval.jsonl";

    /// <summary>Appends a line and returns it in words. A run that goes on replaces what was measured after its checkpoint.</summary>
    /// <param name="epoch">Epochs that the model has been trained.</param>
    /// <param name="scores">The scores.</param>
    /// <param name="seconds">How long measuring took.</param>
    public string Append(int epoch, HeldOutScores scores, double seconds)
    {
        var change = _before is null ? null : Summary.OfChange(_before, scores);
        _before ??= scores;
        var now = Summary.Of(scores);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var line = new { Epoch = epoch, Clips = scores.Count, now.Reward, now.Rewards, now.Accuracy, Change = change, Seconds = seconds };
        File.WriteAllLines(path, [.. LinesBefore(epoch), JsonSerializer.Serialize(line, s_json)]);
        return $"held-out clips after {epoch} epochs: {now}" + (change is null ? "" : $"\n    change: {change.ToChangeString()}");
    }

    private IEnumerable<string> LinesBefore(int epoch) => !File.Exists(path) ? [] : File.ReadAllLines(path).TakeWhile(line =>
    {
        using var measured = JsonDocument.Parse(line);
        return measured.RootElement.GetProperty("epoch").GetInt32() < epoch;
    });

    /// <summary>The weighted reward, each reward, and how often each classifier heard what was asked for.</summary>
    private sealed record Summary(Estimate Reward, Dictionary<string, Estimate> Rewards, Dictionary<string, Estimate> Accuracy)
    {
        public static Summary Of(HeldOutScores scores) => new(
            Estimate.Of(scores.Weighted),
            scores.Rewards.ToDictionary(entry => entry.Key, entry => Estimate.Of(entry.Value)),
            scores.Hits.ToDictionary(entry => entry.Key, entry => Estimate.Of(entry.Value)));

        public static Summary OfChange(HeldOutScores before, HeldOutScores after) => new(
            Estimate.OfChange(before.Weighted, after.Weighted),
            after.Rewards.ToDictionary(entry => entry.Key, entry => Estimate.OfChange(before.Rewards[entry.Key], entry.Value)),
            after.Hits.ToDictionary(entry => entry.Key, entry => Estimate.OfChange(before.Hits[entry.Key], entry.Value)));

        public override string ToString() => Join(estimate => estimate.ToString());

        public string ToChangeString() => Join(estimate => estimate.ToChangeString());

        private string Join(Func<Estimate, string> text) => string.Join("  ",
            [
                $"reward {text(Reward)}",
                .. Rewards.Select(entry => $"{entry.Key} {text(entry.Value)}"),
                .. Accuracy.Select(entry => $"{entry.Key} accuracy {text(entry.Value)}"),
            ]);
    }
}
