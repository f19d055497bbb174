namespace Ddpo.Audio.Training.Observers.Html;

/// <summary>Whether what is gained in the reward is paid for elsewhere: the reward, and what guards it, in one picture.</summary>
/// <remarks>Guards are all metrics, and the reward that <see cref="StoppingOptions.Guard"/> names.</remarks>
internal sealed class RunGuards
{
    private readonly double[] _epochs;
    private readonly GuardCurve _reward;
    private readonly (GuardCurve Curve, GuardFall? Fall)[] _guards;
    private readonly bool _ofRounds;

    private RunGuards(RunView run, IReadOnlyList<string> names, bool ofRounds)
    {
        _ofRounds = ofRounds;
        _epochs = ofRounds ? [.. run.Rounds.Select(round => (double)round.Epochs)] : [.. run.Epochs.Select(epoch => epoch.Index + 1d)];
        _reward = ofRounds
            ? GuardCurve.OfRounds(run.RewardName, run.Rounds[0].Reward, [.. run.Rounds.Skip(1).Select(round => round.Change?.Reward)])
            : GuardCurve.OfEpochs(run.RewardName, [.. run.Epochs.Select(epoch => epoch.Reward)]);
        _guards =
        [
            .. names.Select(name => ofRounds
                ? GuardCurve.OfRounds(name, run.Rounds[0].Rewards.GetValueOrDefault(name), [.. run.Rounds.Skip(1).Select(round => round.Change?.Rewards.GetValueOrDefault(name))])
                : GuardCurve.OfEpochs(name, [.. run.Epochs.Select(epoch => epoch.Metrics.GetValueOrDefault(name) ?? epoch.Rewards.GetValueOrDefault(name))]))
                .Select(curve => (curve, GuardFall.Of(curve.Means, curve.Errors))),
        ];
    }

    /// <summary>What became of the guards, in a sentence for each that fell.</summary>
    public string Sentence => _guards.Where(guard => guard.Fall is not null).Select(guard => FellOf(guard.Curve, guard.Fall!)).ToList() is { Count: > 0 } fallen
        ? string.Join(' ', fallen)
        : $"No guard has fallen: {string.Join(", ", _guards.Select(guard => guard.Curve.Name))}.";

    /// <summary>Whether one fell.</summary>
    public bool HasFallen => _guards.Any(guard => guard.Fall is not null);

    /// <summary>The guards of a run, over its validation rounds when there are some to see; <see langword="null"/> without any guard.</summary>
    public static RunGuards? Of(RunView run)
    {
        var names = run.NamesOf(epoch => epoch.Metrics).Concat(run.Setting("Stopping", "Guard", "Reward") is { } named ? [named.GetValue<string>()] : []).Distinct().ToList();
        return names.Count == 0 || run.Epochs.Count == 0 ? null : new RunGuards(run, names, ofRounds: run.Rounds.Count > 1 && run.Rounds.Skip(1).All(round => round.Change is not null));
    }

    /// <summary>The picture.</summary>
    public Chart Chart()
    {
        var thinning = new Thinning(_ofRounds ? 1 : _epochs.Length);
        var over = _ofRounds ? "Over validation clips" : "Moving means over the samples of epochs";
        return new Chart(
            "Reward and guards",
            $"{over}: the change since the first, in standard deviations. {GuardFall.Definition}",
            thinning.Of(_epochs),
            [.. _guards.Select((guard, i) => new ChartLine(guard.Curve.Name, thinning.Of(guard.Curve.Normalized), Style(i + 1))), new(_reward.Name, thinning.Of(_reward.Normalized), Style(0))])
        {
            Unit = "standard deviations",
            Badge = _ofRounds ? "validation" : "",
            Wide = true,
            Marks = [.. _guards.Index().Where(guard => guard.Item.Fall is not null).Select(guard => new ChartMark(
                _epochs[guard.Item.Fall!.Index], $"{guard.Item.Curve.Name} begins to fall", Style(guard.Index + 1)))],
        };
    }

    private static string Style(int index) => $"s{1 + (index % 5)}";

    private string FellOf(GuardCurve curve, GuardFall fall) =>
        $"{curve.Name} began to fall after epoch {_epochs[fall.Index]:0}: it is {Numbers.Text(fall.By)} ± {Numbers.Text(fall.Error)} lower since.";
}
