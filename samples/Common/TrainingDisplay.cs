using System.Diagnostics;
using System.Globalization;

namespace Ddpo.Audio.Samples;

/// <summary>Shows a training run while it goes: stage, step, reward and the time left.</summary>
internal sealed class TrainingDisplay(StatusLine status) : IProgress<DdpoProgress>
{
    // Shares of an epoch's time; measured after the first epoch, guessed before.
    private readonly Dictionary<DdpoStage, double> _share = new()
    {
        [DdpoStage.Sampling] = 0.3,
        [DdpoStage.Reward] = 0.02,
        [DdpoStage.Training] = 0.68,
    };

    private readonly Stopwatch _clock = Stopwatch.StartNew();

    public void Report(DdpoProgress value)
    {
        var within = (double)value.Step / value.TotalSteps;
        var before = value.Stage == DdpoStage.Training ? _share[DdpoStage.Sampling] + _share[DdpoStage.Reward] : 0;
        var done = value.Stage == DdpoStage.Reward ? double.NaN : value.Epoch + before + (_share[value.Stage] * within);
        if (double.IsNaN(done))
        {
            return;
        }

        var reward = double.IsNaN(value.RewardMean) ? "" : string.Create(CultureInfo.InvariantCulture, $"  reward {value.RewardMean:F3}");
        status.Show(() =>
            $"epoch {value.Epoch + 1}/{value.NumEpochs}  {value.Stage.ToString().ToLowerInvariant(),-8} {value.Step}/{value.TotalSteps}"
            + $"{reward}  {ProgressBar.Draw(done / value.NumEpochs, _clock.Elapsed)}");
    }

    /// <summary>Prints an epoch's line and learns how its time was spent.</summary>
    public void EpochEnded(DdpoEpoch epoch)
    {
        var seconds = epoch.Seconds;
        _share[DdpoStage.Sampling] = seconds.Sampling / seconds.Total;
        _share[DdpoStage.Reward] = seconds.Reward / seconds.Total;
        _share[DdpoStage.Training] = seconds.Training / seconds.Total;
        var parts = epoch.Rewards.Count + epoch.Metrics.Count < 2 ? "" : string.Concat(epoch.Rewards.Concat(epoch.Metrics).Select(reward =>
            string.Create(CultureInfo.InvariantCulture, $"  {reward.Key} {reward.Value.Mean:F3}")));
        status.Print(string.Create(
            CultureInfo.InvariantCulture,
            $"epoch {epoch.Index + 1,3}  reward {epoch.Reward.Mean:F3} ± {epoch.Reward.Std:F3}{parts}  kl {epoch[PolicyGradientMeasurements.ApproxKl]:E1}  "
            + $"clipped {epoch[PolicyGradientMeasurements.ClipFraction]:P0}  |grad| {epoch.GradientNorm:F3}  {seconds.Total:F1} s"));
    }
}
