namespace Ddpo.Audio.Training.Session.Stopping;

/// <summary>
/// Looks at every epoch and says when training has to end. Pure: its state follows from the epochs that it was shown, so that a
/// run that was resumed decides as one that was not.
/// </summary>
internal sealed class StoppingRules
{
    private readonly StoppingOptions _options;
    private readonly GuardRule? _guard;
    private readonly PlateauRule? _plateau;

    /// <param name="options">Valid options; frozen.</param>
    /// <param name="history">The epochs before, in order, such as those of a resumed run.</param>
    public StoppingRules(StoppingOptions options, IEnumerable<DdpoEpoch> history)
    {
        _options = options;
        _guard = options.Guard is { } guard ? new GuardRule(guard, options.Window) : null;
        _plateau = options.PlateauEpochs is { } epochs ? new PlateauRule(epochs, options.PlateauMinDelta, options.Window) : null;
        foreach (var epoch in history)
        {
            Judge(epoch);
        }
    }

    /// <summary>Takes the next epoch into account.</summary>
    /// <returns>Why training ends with it; <see langword="null"/> when it goes on.</returns>
    public string? Judge(DdpoEpoch epoch)
    {
        // All of them see every epoch, whichever speaks first.
        string?[] reasons = [TooFar(epoch), _guard?.Judge(epoch), _plateau?.Judge(epoch)];
        return string.Join(' ', reasons.OfType<string>()) is { Length: > 0 } reason ? reason : null;
    }

    private string? TooFar(DdpoEpoch epoch) => _options.MaxApproxKl is { } limit
        && epoch.Measurements.TryGetValue(PolicyGradientMeasurements.ApproxKl, out var kl) && kl > limit
        ? FormattableString.Invariant($"The approximate KL divergence is {kl:G6}, above the limit of {limit:G6} (MaxApproxKl).")
        : null;
}
