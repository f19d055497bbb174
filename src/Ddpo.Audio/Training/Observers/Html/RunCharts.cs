namespace Ddpo.Audio.Training.Observers.Html;

/// <summary>The charts of a run.</summary>
internal sealed class RunCharts
{
    private readonly RunView _run;
    private readonly Thinning _thinning;
    private readonly double[] _epochs;

    public RunCharts(RunView run)
    {
        _run = run;
        _thinning = new Thinning(run.Epochs.Count);
        _epochs = _thinning.Of(Values(epoch => epoch.Index + 1));
    }

    /// <summary>Epochs in a point of every chart.</summary>
    public int EpochsPerPoint => _thinning.EpochsPerPoint;

    /// <summary>What was trained on.</summary>
    public Chart Reward() =>
        OfStatistics(
            _run.LoneReward is { } name ? $"Reward: {name}" : "Reward",
            $"What the policy is trained on: {(_run.LoneReward is null ? "the weighted sum of the rewards" : "this reward alone")}, over the samples of an epoch.",
            "",
            epoch => epoch.Reward) with { Wide = true };

    /// <summary>Each reward and metric; a lone reward is what was trained on, and drawn there.</summary>
    public IEnumerable<Chart> Parts() =>
    [
        .. _run.Parts.Select(name => OfStatistics(
            name, "As it was given, before normalisation and weighting.", "reward", epoch => epoch.Rewards.GetValueOrDefault(name))),
        .. _run.NamesOf(epoch => epoch.Metrics).Select(name => OfStatistics(
            name, "Measured on the same samples, and never trained on.", "metric", epoch => epoch.Metrics.GetValueOrDefault(name))),
    ];

    /// <summary>What the validation clips got; nothing before there are two rounds.</summary>
    public IEnumerable<Chart> Validation()
    {
        if (_run.Rounds.Count < 2)
        {
            return [];
        }

        var rewards = _run.Rounds[^1].Rewards.Keys.Select(name => OfRounds(
            name, "The same clips, from the same noise, as training goes on.", round => round.Rewards.GetValueOrDefault(name) is { } one ? (one.Mean, one.StandardError) : null));
        var accuracy = _run.Rounds[^1].Accuracy.Keys.Select(name => OfRounds(
            $"{name}, accuracy", "How often it heard in the validation clips what the prompts ask for.", round => round.Accuracy.GetValueOrDefault(name) is { } one ? (one.Value, one.StandardError) : null));
        var distances = _run.Rounds[^1].SetDistances.Select(last => OfRounds(
            last.Metric, $"Of all validation clips from the real ones: 0 is none. {last.Embedding}, {last.Dimension} dimensions; {last.Windows} windows, {last.ReferenceWindows} real ones. {last.Warning}".TrimEnd(),
            round => round.SetDistances.FirstOrDefault(one => one.Metric == last.Metric) is { } one ? (one.Value, 0) : null) with { Unit = "distance", Band = null });
        return rewards.Concat(accuracy).Concat(distances);
    }

    /// <summary>How the policy moved. What was 0 in every epoch is not worth a picture (<see cref="Zeros"/>).</summary>
    public IEnumerable<Chart> Policy() => All().Where(chart => !IsZero(chart) && Numbers(chart).Any());

    /// <summary>The titles of the pictures of <see cref="Policy"/> that are left out, for all their numbers are 0.</summary>
    public IReadOnlyList<string> Zeros => [.. All().Where(IsZero).Select(chart => chart.Title)];

    private IEnumerable<Chart> All() =>
    [
        .. _run.Measurements.Where(name => name != TrainingMeasurements.LearningRate || Changes(name)).Select(OfMeasurement),
        OfNumber("Gradient norm", "Before clipping.", epoch => epoch.GradientNorm),
        OfNumber("Loss", "Mean of the objective; it need not fall.", epoch => epoch.Loss),
        .. Any(epoch => epoch.SkippedUpdates, OfNumber("Skipped updates", "Left out, for their gradient was not finite.", epoch => epoch.SkippedUpdates)),
        .. Any(epoch => epoch.DroppedSamples, OfNumber("Dropped samples", "Not trained on, for a reward failed on them.", epoch => epoch.DroppedSamples)),
    ];

    /// <summary>Where the time went.</summary>
    public Chart Time() => new(
        "Seconds by stage",
        "Wall-clock time of each epoch. Rewards count where nothing was sampled meanwhile.",
        _epochs,
        [
            new("sampling", Thin(epoch => epoch.Seconds.Sampling), "s1"),
            new("waiting for rewards", Thin(epoch => epoch.Seconds.Reward), "s2"),
            new("training", Thin(epoch => epoch.Seconds.Training), "s3"),
        ])
    {
        Unit = "seconds",
        Stacked = true,
        Wide = true,
    };

    private Chart OfStatistics(string title, string note, string badge, Func<DdpoEpoch, RewardStatistics?> select)
    {
        var (mean, std) = (Values(epoch => select(epoch)?.Mean ?? double.NaN), Values(epoch => select(epoch)?.Std ?? double.NaN));
        var (low, high) = (mean.Zip(std, (m, s) => m - s).ToArray(), mean.Zip(std, (m, s) => m + s).ToArray());
        return new Chart(title, note, _epochs, Lines(mean))
        {
            Unit = "reward",
            Badge = badge,
            Band = new("± standard deviation", _thinning.Of(low), _thinning.Of(high)),
        };
    }

    private Chart OfRounds(string title, string note, Func<ValidationRound, (double Mean, double Error)?> select)
    {
        var values = _run.Rounds.Select(round => select(round) ?? (double.NaN, double.NaN)).ToList();
        return new Chart(title, note, [.. _run.Rounds.Select(round => (double)round.Epochs)], [new("mean", [.. values.Select(value => value.Mean)], "s1")])
        {
            Unit = title.EndsWith("accuracy", StringComparison.Ordinal) ? "share of clips" : "reward",
            Badge = "validation",
            Band = new("± standard error", [.. values.Select(value => value.Mean - value.Error)], [.. values.Select(value => value.Mean + value.Error)]),
        };
    }

    private Chart OfMeasurement(string name)
    {
        var chart = OfNumber(MeasurementText.Of(name).Title, MeasurementText.Of(name).Note, epoch => epoch[name]);
        return name == TrainingMeasurements.LearningRate ? chart with { Lines = [chart.Lines[0] with { Name = "learning rate", Style = "s1" }] } : chart; // it is no sample of anything
    }

    private Chart OfNumber(string title, string note, Func<DdpoEpoch, double> select) => new(title, note, _epochs, Lines(Values(select))) { Unit = title.ToLowerInvariant() };

    private ChartLine[] Lines(double[] values) =>
    [
        new(EpochsPerPoint == 1 ? "mean of the epoch" : FormattableString.Invariant($"mean of {EpochsPerPoint} epochs"), _thinning.Of(values), "each"),
        new(Curve.NameOfMean(_epochs.Length, EpochsPerPoint), Curve.MovingMean(_thinning.Of(values)), "s1"),
    ];

    // A picture of nothing happening is not worth its place.
    private IEnumerable<Chart> Any(Func<DdpoEpoch, int> count, Chart chart) => _run.Epochs.Any(epoch => count(epoch) > 0) ? [chart] : [];

    private static bool IsZero(Chart chart) => Numbers(chart).Any() && Numbers(chart).All(number => number == 0);

    private static IEnumerable<double> Numbers(Chart chart) => chart.Lines[0].Values.Where(double.IsFinite);

    private bool Changes(string name) => _run.Epochs.Select(epoch => epoch[name]).Where(double.IsFinite).Distinct().Count() > 1;

    private double[] Thin(Func<DdpoEpoch, double> select) => _thinning.Of(Values(select));

    private double[] Values(Func<DdpoEpoch, double> select) => [.. _run.Epochs.Select(select)];
}
