namespace Ddpo.Audio.Training.Observers.Html;

/// <summary>A reward or metric as it went on, to be shown beside others of other units.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Means">Moving means over epochs, or the changes of rounds; NaN where there is none.</param>
/// <param name="Errors">Their standard errors.</param>
/// <param name="Scale">A standard deviation over samples.</param>
internal sealed record GuardCurve(string Name, double[] Means, double[] Errors, double Scale)
{
    /// <summary>The change since the first mean, in standard deviations over samples.</summary>
    public double[] Normalized
    {
        get
        {
            var first = Means.FirstOrDefault(double.IsFinite, double.NaN);
            var largest = Means.Where(double.IsFinite).Select(mean => Math.Abs(mean - first)).DefaultIfEmpty(0).Max();
            var unit = Scale > 0 ? Scale : largest > 0 ? largest : 1; // samples that are all equal have no deviation
            return [.. Means.Select(mean => (mean - first) / unit)];
        }
    }

    /// <summary>Over epochs. A mean begins where its window is full.</summary>
    public static GuardCurve OfEpochs(string name, IReadOnlyList<RewardStatistics?> epochs)
    {
        var window = Curve.WindowFor(epochs.Count);
        var (means, errors) = (new double[epochs.Count], new double[epochs.Count]);
        for (var i = 0; i < epochs.Count; i++)
        {
            RewardStatistics[] seen = i + 1 < window ? [] : [.. epochs.Skip(i + 1 - window).Take(window).OfType<RewardStatistics>()];
            means[i] = seen.Length == 0 ? double.NaN : seen.Average(one => one.Mean);
            errors[i] = seen.Length == 0 ? double.NaN : Math.Max(ErrorOfSamples(seen), ErrorOfEpochs(seen));
        }

        return new GuardCurve(name, means, errors, epochs.OfType<RewardStatistics>().Select(one => one.Std).FirstOrDefault());
    }

    /// <summary>Over rounds of validation clips: of the changes since the first, clip by clip, which vary less than the clips do.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="first">What the clips got at first.</param>
    /// <param name="changes">What has changed since, in each round after it.</param>
    public static GuardCurve OfRounds(string name, RewardStatistics? first, IReadOnlyList<RewardStatistics?> changes) => new(
        name,
        [0, .. changes.Select(change => change?.Mean ?? double.NaN)],
        [0, .. changes.Select(change => change?.StandardError ?? double.NaN)],
        first?.Std ?? 0);

    private static double ErrorOfSamples(RewardStatistics[] epochs) => Math.Sqrt(epochs.Sum(one => one.StandardError * one.StandardError)) / epochs.Length;

    // Epochs differ by more than their samples do: each has prompts of its own. From one to the next, so that a fall itself is no such difference.
    private static double ErrorOfEpochs(RewardStatistics[] epochs) => epochs.Length < 2 ? 0 : Math.Sqrt(
        epochs.Zip(epochs.Skip(1)).Sum(pair => (pair.Second.Mean - pair.First.Mean) * (pair.Second.Mean - pair.First.Mean)) / (2d * (epochs.Length - 1) * epochs.Length));
}
