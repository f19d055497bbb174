using System.Globalization;

namespace Ddpo.Audio.Samples;

/// <summary>Shows a training run while it goes: stage, step, reward and the time left, and a line for what is done.</summary>
internal sealed class TrainingDisplay(Screen screen) : IProgress<DdpoProgress>, IRunObserver
{
    // Shares of an epoch's time; measured after the first epoch, guessed before.
    private (double Sampling, double Reward, double Training) _share = (0.3, 0.02, 0.68);
    private int _before;
    private int _done;

    /// <summary>The library's log messages about what is shown here: a run's begin, its epochs and its end.</summary>
    public static IReadOnlySet<int> Events { get; } = new HashSet<int> { 201, 202, 203, 204, 205, 210 };

    /// <summary>Whether all was done already when the run was resumed.</summary>
    public bool NothingWasLeft { get; private set; }

    public void Report(DdpoProgress value)
    {
        var within = (double)value.Step / value.TotalSteps;
        var done = value.Stage switch
        {
            DdpoStage.Sampling => _share.Sampling * within,
            DdpoStage.Training => _share.Sampling + _share.Reward + (_share.Training * within),
            DdpoStage.Validation => within,
            _ => double.NaN, // goes on beside sampling
        };
        if (double.IsNaN(done))
        {
            return;
        }

        var reward = double.IsNaN(value.RewardMean) ? "" : $"  reward {Figures.Score(value.RewardMean)}";
        var (where, share) = value.Stage == DdpoStage.Validation
            ? (Figures.After(value.Epoch), done)
            : ($"epoch {value.Epoch + 1}/{value.NumEpochs}", (value.Epoch - _before + done) / Math.Max(1, value.NumEpochs - _before));
        screen.Show(() => $"{where}  {value.Stage.ToString().ToLowerInvariant(),-8} {value.Step}/{value.TotalSteps}{reward}", share);
    }

    /// <summary>Says where a run begins, or goes on.</summary>
    public void OnStart(RunStart run)
    {
        (_before, _done) = (run.History.Count, run.History.Count);
        screen.Print(_before == 0
            ? $"training in {run.Directory} for {Figures.Count(run.NumEpochs, "epoch")}"
            : $"going on in {run.Directory} {Figures.After(_before)} of {run.NumEpochs}");
    }

    /// <summary>Prints an epoch's line and learns how its time was spent.</summary>
    public void OnEpoch(DdpoEpoch epoch)
    {
        _done = epoch.Index + 1;
        var seconds = epoch.Seconds;
        _share = (seconds.Sampling / seconds.Total, seconds.Reward / seconds.Total, seconds.Training / seconds.Total);
        screen.Print(string.Create(CultureInfo.InvariantCulture, $"epoch {_done,3}  ") + Join(
            [
                $"reward {Figures.Score(epoch.Reward.Mean, epoch.Reward.Count > 1 ? epoch.Reward.Std : double.NaN)}",
                .. Parts(epoch.Rewards, epoch.Reward).Concat(epoch.Metrics).Select(part => $"{part.Key} {Figures.Score(part.Value.Mean)}"),
                .. Moved(epoch),
                $"|grad| {Figures.Score(epoch.GradientNorm)}",
                Figures.Time(TimeSpan.FromSeconds(seconds.Total)),
            ]));
    }

    /// <summary>Prints what the validation clips got, and what has changed since the first ones.</summary>
    public void OnValidation(ValidationRound round)
    {
        screen.Print($"validation {Figures.After(round.Epochs)}: " + Join(
            [
                $"reward {Text(round.Reward)}",
                .. Parts(round.Rewards, round.Reward).Select(reward => $"{reward.Key} {Text(reward.Value)}"),
                .. round.Accuracy.Select(hits => $"{hits.Key} accuracy {Figures.Share(hits.Value.Value, hits.Value.StandardError)}"),
                .. round.SetDistances.Select(distance => $"{distance.Metric} {Figures.Score(distance.Value)} ({distance.Windows} windows, {distance.ReferenceWindows} real ones)"),
            ]));
        if (round.Change is { } change)
        {
            screen.Print("    change, clip by clip: " + Join(
                [
                    $"reward {ChangeText(change.Reward)}",
                    .. Parts(change.Rewards, change.Reward).Select(reward => $"{reward.Key} {ChangeText(reward.Value)}"),
                    .. change.Accuracy.Select(hits => $"{hits.Key} accuracy {Figures.ShareChange(hits.Value.Mean, hits.Value.StandardError)}"),
                ]));
        }
    }

    /// <summary>Says why a run ended, when not every epoch was done now.</summary>
    public void OnEnd(RunEnd runEnd)
    {
        NothingWasLeft = runEnd.Outcome == RunOutcome.Finished && _done == _before;
        if (NothingWasLeft)
        {
            screen.Print($"nothing was left to do: the run ended {Figures.After(runEnd.Epochs)}. For more of them, give it a higher --epochs.");
        }
        else if (runEnd.Outcome == RunOutcome.Stopped)
        {
            screen.Print($"stopped {Figures.After(runEnd.Epochs)}: {runEnd.Reason}");
        }
    }

    /// <summary>A mean with its standard error, where there is one.</summary>
    public static string Text(RewardStatistics? statistics) => statistics is null ? "none" : Figures.Score(statistics.Mean, statistics.StandardError);

    /// <summary>A mean difference with its sign, and how many standard errors it is, where there are any.</summary>
    public static string ChangeText(RewardStatistics? change) => change is null ? "none" : Figures.Change(change.Mean, change.StandardError);

    // A lone reward is the sum itself, and said once.
    private static IEnumerable<KeyValuePair<string, RewardStatistics>> Parts(IReadOnlyDictionary<string, RewardStatistics> rewards, RewardStatistics? sum) =>
        rewards.Where(reward => reward.Value != sum);

    // Nothing of what this algorithm does not measure, or what is 0 whatever it learns: a single update is made where the samples come from.
    private static IEnumerable<string> Moved(DdpoEpoch epoch)
    {
        var (kl, clipped) = (epoch[PolicyGradientMeasurements.ApproxKl], epoch[PolicyGradientMeasurements.ClipFraction]);
        return epoch.Updates < 2 ? [] : [.. double.IsNaN(kl) ? [] : (string[])[$"kl {Figures.Small(kl)}"], .. double.IsNaN(clipped) ? [] : (string[])[$"clipped {Figures.Share(clipped)}"]];
    }

    private static string Join(IEnumerable<string> parts) => string.Join("  ", parts);
}
