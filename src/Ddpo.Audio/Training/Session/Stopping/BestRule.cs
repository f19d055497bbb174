using System.Globalization;

namespace Ddpo.Audio.Training.Session.Stopping;

/// <summary>The best validation round so far: what a run remembers of it.</summary>
/// <param name="Measure">What was measured, on which clips: values of another measure cannot be compared.</param>
/// <param name="Epochs">Epochs done in the best round.</param>
/// <param name="Value">What it got.</param>
/// <param name="Judged">Epochs done in the last round that was looked at.</param>
/// <param name="Without">Rounds since the best one.</param>
internal sealed record BestRound(string Measure, int Epochs, double Value, int Judged, int Without);

/// <summary>Finds the best validation round, and ends training when no better one comes. Pure: what it remembers is one record.</summary>
/// <param name="options">Valid options; frozen.</param>
/// <param name="measure">What is measured, on which clips.</param>
/// <param name="before">What it remembered; of no use when that was of another measure.</param>
internal sealed class BestRule(BestRoundOptions options, string measure, BestRound? before)
{
    /// <summary>The best so far; <see langword="null"/> before there is one.</summary>
    public BestRound? Best { get; private set; } = before?.Measure == measure ? before : null;

    /// <summary>Why training ends; <see langword="null"/> when it goes on.</summary>
    public string? StopReason => Best is { } best && best.Without >= options.Patience ? string.Create(
        CultureInfo.InvariantCulture,
        $"No round of validation clips was better than that after epoch {best.Epochs}, with {Name} of {best.Value:G6}, in {best.Without} rounds since (Patience).")
        : null;

    private string Name => options.Criterion is { } criterion ? $"a mean '{criterion}'" : "a mean reward";

    /// <summary>Takes the next round into account; one that it has seen changes nothing.</summary>
    /// <returns>Whether it is the best.</returns>
    public bool Judge(ValidationRound round)
    {
        if (round.Epochs <= Best?.Judged || ValueOf(round, options.Criterion) is not { } value)
        {
            return false;
        }

        var isBest = Best is null || IsBetter(value, Best.Value, options.LowerIsBetter);
        Best = isBest
            ? new BestRound(measure, round.Epochs, value, round.Epochs, Without: 0)
            : Best! with { Judged = round.Epochs, Without = Best.Without + 1 };
        return isBest;
    }

    /// <summary>What decides in a round; <see langword="null"/> when it has no value.</summary>
    public static double? ValueOf(ValidationRound round, string? criterion) =>
        (criterion is null ? round.Reward : round.Rewards.GetValueOrDefault(criterion))?.Mean;

    /// <summary>Whether a value is better than the best before.</summary>
    public static bool IsBetter(double value, double best, bool lowerIsBetter) => lowerIsBetter ? value < best : value > best;
}
