using System.Text.Json.Serialization;

namespace Ddpo.Audio;

/// <summary>How often a classifier's decisions are what the prompts ask for.</summary>
public sealed record ClassificationSummary
{
    /// <summary>The labels, in the classifier's order.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>
    /// How many clips that should have label i got label j: <c>Confusion[i][j]</c>, both in the order of <see cref="Labels"/>.
    /// </summary>
    public required IReadOnlyList<IReadOnlyList<int>> Confusion { get; init; }

    /// <summary>Over all clips that were decided about.</summary>
    public Accuracy Overall => new(Confusion.Sum(row => row.Sum()), Confusion.Select((row, i) => row[i]).Sum());

    /// <summary>Over the clips that should have each label, in the order of <see cref="Labels"/>.</summary>
    public IReadOnlyList<Accuracy> ByLabel => [.. Confusion.Select((row, i) => new Accuracy(row.Sum(), row[i]))];

    internal static ClassificationSummary Of(IReadOnlyList<string> labels, IEnumerable<Classification> decisions)
    {
        var counts = decisions.CountBy(decision => (decision.Target, decision.Predicted)).ToDictionary();
        return new ClassificationSummary
        {
            Labels = labels,
            Confusion = [.. labels.Select(target => (IReadOnlyList<int>)[.. labels.Select(predicted => counts.GetValueOrDefault((target, predicted)))])],
        };
    }
}

/// <summary>A share of decisions that are right.</summary>
/// <param name="Count">Decisions.</param>
/// <param name="Correct">Those that are right.</param>
public sealed record Accuracy(int Count, int Correct)
{
    /// <summary>The share, from 0 to 1; NaN of no decisions.</summary>
    public double Value => (double)Correct / Count;

    /// <summary>The share's standard error, <c>√(p (1 − p) / Count)</c>; NaN of fewer than two decisions, which have no spread.</summary>
    [JsonIgnore] // it follows from what is written, and JSON has no NaN
    public double StandardError => Count > 1 ? Math.Sqrt(Value * (1 - Value) / Count) : double.NaN;
}
