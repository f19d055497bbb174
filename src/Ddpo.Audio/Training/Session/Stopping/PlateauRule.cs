namespace Ddpo.Audio.Training.Session.Stopping;

/// <summary>Ends training when the reward has not risen for long enough.</summary>
internal sealed class PlateauRule(int patience, double minDelta, int window)
{
    private readonly MovingMean _mean = new(window);
    private double? _best;
    private int _without;

    /// <returns>Why training ends, or <see langword="null"/>.</returns>
    public string? Judge(DdpoEpoch epoch)
    {
        if (_mean.Add(epoch.Reward.Mean) is not { } mean)
        {
            return null;
        }

        var best = _best ?? double.NegativeInfinity;
        var gained = mean > best && mean >= best + minDelta;
        (_best, _without) = gained ? (mean, 0) : (_best, _without + 1);
        return _without < patience ? null : FormattableString.Invariant(
            $"The reward's moving mean over {window} epoch{(window == 1 ? "" : "s")}, {mean:G6}, has not risen by {minDelta:G6} above {_best:G6} for {_without} epoch{(_without == 1 ? "" : "s")}.");
    }
}
