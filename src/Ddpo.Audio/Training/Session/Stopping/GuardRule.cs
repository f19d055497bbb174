namespace Ddpo.Audio.Training.Session.Stopping;

/// <summary>Ends training when a reward or metric is too low for too long.</summary>
internal sealed class GuardRule(StoppingGuard guard, int window)
{
    private readonly MovingMean _mean = new(window);
    private double? _baseline;
    private int _low;

    /// <returns>Why training ends, or <see langword="null"/>.</returns>
    public string? Judge(DdpoEpoch epoch)
    {
        if (Find(epoch) is not { } value || _mean.Add(value) is not { } mean)
        {
            return null;
        }

        _baseline ??= mean;
        _low = mean < _baseline - guard.MaxDrop ? _low + 1 : 0;
        if (guard.Baseline == GuardBaseline.Best && mean > _baseline)
        {
            _baseline = mean;
        }

        return _low < guard.Epochs ? null : FormattableString.Invariant(
            $"'{guard.Reward}' has a moving mean over {window} epoch{(window == 1 ? "" : "s")} of {mean:G6}, more than {guard.MaxDrop:G6} below its ")
            + FormattableString.Invariant($"{(guard.Baseline == GuardBaseline.Best ? "best" : "first")} of {_baseline:G6}, for {_low} epoch{(_low == 1 ? "" : "s")}.");
    }

    private double? Find(DdpoEpoch epoch) =>
        epoch.Rewards.TryGetValue(guard.Reward, out var statistics) || epoch.Metrics.TryGetValue(guard.Reward, out statistics)
            ? statistics.Mean
            : null;
}
