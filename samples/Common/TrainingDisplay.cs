using System.Diagnostics;
using System.Globalization;

namespace Ddpo.Audio.Samples;

/// <summary>Shows a training run while it goes: stage, step, reward and the time left, and a line for what is done.</summary>
internal sealed class TrainingDisplay(StatusLine status) : IProgress<DdpoProgress>, IRunObserver
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    // Shares of an epoch's time; measured after the first epoch, guessed before.
    private (double Sampling, double Reward, double Training) _share = (0.3, 0.02, 0.68);

    public void Report(DdpoProgress value)
    {
        var within = (double)value.Step / value.TotalSteps;
        var done = value.Stage switch
        {
            DdpoStage.Sampling => _share.Sampling * within,
            DdpoStage.Training => _share.Sampling + _share.Reward + (_share.Training * within),
            DdpoStage.Validation => 0,
            _ => double.NaN, // goes on beside sampling
        };
        if (double.IsNaN(done))
        {
            return;
        }

        var reward = double.IsNaN(value.RewardMean) ? "" : string.Create(CultureInfo.InvariantCulture, $"  reward {value.RewardMean:F3}");
        status.Show(() =>
            $"epoch {value.Epoch + 1}/{value.NumEpochs}  {value.Stage.ToString().ToLowerInvariant(),-8} {value.Step}/{value.TotalSteps}"
            + $"{reward}  {ProgressBar.Draw((value.Epoch + done) / value.NumEpochs, _clock.Elapsed)}");
    }

    /// <summary>Prints an epoch's line and learns how its time was spent.</summary>
    public void OnEpoch(DdpoEpoch epoch)
    {
        var seconds = epoch.Seconds;
        _share = (seconds.Sampling / seconds.Total, seconds.Reward / seconds.Total, seconds.Training / seconds.Total);
        var parts = epoch.Rewards.Count + epoch.Metrics.Count < 2 ? "" : string.Concat(epoch.Rewards.Concat(epoch.Metrics).Select(reward =>
            string.Create(CultureInfo.InvariantCulture, $"  {reward.Key} {reward.Value.Mean:F3}")));
        status.Print(string.Create(
            CultureInfo.InvariantCulture,
            $"epoch {epoch.Index + 1,3}  reward {Text(epoch.Reward.Mean, epoch.Reward.Count > 1 ? epoch.Reward.Std : double.NaN)}{parts}  "
            + $"{Measured(epoch, PolicyGradientMeasurements.ApproxKl, "kl", "E1")}{Measured(epoch, PolicyGradientMeasurements.ClipFraction, "clipped", "P0")}"
            + $"|grad| {epoch.GradientNorm:F3}  {seconds.Total:F1} s"));
    }

    /// <summary>Prints what the validation clips got, and what has changed since the first ones.</summary>
    public void OnValidation(ValidationRound round)
    {
        status.Print($"validation after {round.Epochs} epochs: " + Join(
            Text(round.Reward), round.Rewards.Select(reward => (reward.Key, Text(reward.Value))),
            round.Accuracy.Select(hits => (hits.Key, Text(hits.Value.Value, hits.Value.StandardError)))));
        if (round.Change is { } change)
        {
            status.Print("    change, clip by clip: " + Join(
                ChangeText(change.Reward), change.Rewards.Select(reward => (reward.Key, ChangeText(reward.Value))),
                change.Accuracy.Select(hits => (hits.Key, ChangeText(hits.Value)))));
        }
    }

    /// <summary>A mean with its standard error, where there is one.</summary>
    public static string Text(RewardStatistics? statistics) => statistics is null ? "none" : Text(statistics.Mean, statistics.StandardError);

    /// <summary>A mean difference with its sign, and how many standard errors it is, where there are any.</summary>
    public static string ChangeText(RewardStatistics? change) => change is null ? "none" : string.Create(
        CultureInfo.InvariantCulture,
        $"{change.Mean:+0.000;-0.000;0.000}{Error(change.StandardError)}{(change.StandardError > 0 ? $" ({change.Mean / change.StandardError:+0.0;-0.0;0.0} SE)" : "")}");

    private static string Text(double mean, double error) => string.Create(CultureInfo.InvariantCulture, $"{mean:F3}{Error(error)}");

    // Nothing of what this algorithm does not measure.
    private static string Measured(DdpoEpoch epoch, string name, string shown, string format) =>
        double.IsNaN(epoch[name]) ? "" : $"{shown} {epoch[name].ToString(format, CultureInfo.InvariantCulture)}  ";

    // A single value has none.
    private static string Error(double error) => double.IsNaN(error) ? "" : string.Create(CultureInfo.InvariantCulture, $" ± {error:F3}");

    private static string Join(string reward, IEnumerable<(string Name, string Text)> rewards, IEnumerable<(string Name, string Text)> accuracy) => string.Join(
        "  ", [$"reward {reward}", .. rewards.Select(one => $"{one.Name} {one.Text}"), .. accuracy.Select(one => $"{one.Name} accuracy {one.Text}")]);
}
