namespace Ddpo.Audio.Training.Policy;

/// <summary>Weights and optimizer as they were, in memory of the CPU that is allocated once.</summary>
internal sealed class LearnerSnapshot : IDisposable
{
    private readonly PolicyUpdater _updater;
    private readonly IReadOnlyList<(Tensor Live, Tensor Copy)> _tensors;
    private long[] _steps = [];
    private int _skippedInARow;

    public LearnerSnapshot(IEnumerable<Parameter> parameters, PolicyUpdater updater)
    {
        _updater = updater;
        using var noGradient = no_grad();
        _tensors =
        [
            .. parameters
                .Concat(updater.Moments.SelectMany(moments => new[] { moments.ExpAvg, moments.ExpAvgSq }))
                .Select(live => (live, empty(live.shape, live.dtype).DetachFromDisposeScope())),
        ];
    }

    /// <summary>Remembers what there is now.</summary>
    public void Take()
    {
        using var noGradient = no_grad();
        foreach (var (live, copy) in _tensors)
        {
            copy.copy_(live);
        }

        _steps = [.. _updater.Moments.Select(moments => moments.Step)];
        _skippedInARow = _updater.SkippedInARow;
    }

    /// <summary>Makes everything what it was.</summary>
    public void PutBack()
    {
        using var noGradient = no_grad();
        _updater.Clear();
        foreach (var (live, copy) in _tensors)
        {
            live.copy_(copy);
        }

        foreach (var (moments, step) in _updater.Moments.Zip(_steps))
        {
            moments.Step = step;
        }

        _updater.SkippedInARow = _skippedInARow;
    }

    public void Dispose()
    {
        foreach (var (_, copy) in _tensors)
        {
            copy.Dispose();
        }
    }
}
