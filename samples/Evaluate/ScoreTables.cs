using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Ddpo.Audio.Samples;

/// <summary>What an evaluation found, as tables.</summary>
internal static class ScoreTables
{
    /// <summary>A row for each reward; what none of them has, has no column.</summary>
    public static IRenderable Of(IReadOnlyList<RewardSummary> rewards)
    {
        var all = new (string Title, Func<RewardSummary, string?> Text)[]
        {
            ("reward", reward => reward.Name),
            ("clips", reward => Number(reward.Scores?.Count ?? 0)),
            ("mean", reward => reward.Scores is { } scores ? Figures.Score(scores.Mean, scores.StandardError) : "none could be scored"),
            ("least", reward => reward.Scores is { } scores ? Figures.Score(scores.Min) : null),
            ("most", reward => reward.Scores is { } scores ? Figures.Score(scores.Max) : null),
            ("accuracy", reward => reward.Classification is { Overall: var overall } ? Figures.Share(overall.Value, overall.StandardError) : null),
            ("of each label", reward => reward.Classification is { } classification
                ? string.Join(", ", classification.Labels.Zip(classification.ByLabel, (label, right) => $"{label} {right.Correct} of {right.Count}"))
                : null),
            ("from the recorded, at most", reward => reward.RecordedDifference is { } difference ? Figures.Small(difference) : null),
        };
        var shown = all.Where(column => rewards.Any(reward => column.Text(reward) is not null)).ToArray();
        return Table(shown.Select(column => column.Title), rewards.Select(reward => shown.Select(column => column.Text(reward) ?? "")));
    }

    /// <summary>A row for each distance between two folders.</summary>
    public static IRenderable Of(IReadOnlyList<SetDistance> distances) => Table(
        ["distance", "value", "windows", "of the reference", "dimensions", "vectors of"],
        distances.Select(distance => (IEnumerable<string>)
            [distance.Metric, Figures.Score(distance.Value), Number(distance.Windows), Number(distance.ReferenceWindows), Number(distance.Dimension), distance.Embedding]));

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static Table Table(IEnumerable<string> titles, IEnumerable<IEnumerable<string>> rows)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var title in titles)
        {
            table.AddColumn(new TableColumn(new Text(title)));
        }

        foreach (var row in rows)
        {
            table.AddRow(row.Select(text => new Text(text)));
        }

        return table;
    }
}
