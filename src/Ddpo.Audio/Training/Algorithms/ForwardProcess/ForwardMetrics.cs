using Ddpo.Audio.Training.Sharing;

namespace Ddpo.Audio.Training.Algorithms.ForwardProcess;

/// <summary>Sums what draws measure on the device, so that none waits for a copy to the host. What led to no update is left out.</summary>
internal sealed class ForwardMetrics : IDisposable
{
    private readonly IReadOnlyList<string> _names;
    private readonly Tensor _sums;
    private readonly Tensor _pending;

    /// <param name="measurements">What the objective measures.</param>
    /// <param name="device">Where.</param>
    public ForwardMetrics(IReadOnlyList<string> measurements, Device device)
    {
        _names = measurements;
        _sums = zeros(_names.Count + 2, ScalarType.Float64, device).DetachFromDisposeScope(); // of losses, what is measured, and ones
        _pending = zeros_like(_sums).DetachFromDisposeScope();
    }

    /// <summary>Adds one draw of some samples.</summary>
    /// <param name="loss">What the objective computed.</param>
    /// <param name="isTrained">1 for samples that are trained on, else 0: fp32 [batch].</param>
    public void Add(ForwardLoss loss, Tensor isTrained)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var rows = stack([loss.Losses.detach(), .. loss.Measured, ones_like(isTrained)]) * isTrained;
        _pending.AddInPlace(rows.to(ScalarType.Float64).sum(1));
    }

    /// <summary>What was added since the last call led to an update, or to none when the norm is not finite.</summary>
    public void AddUpdate(double gradientNorm)
    {
        if (double.IsFinite(gradientNorm))
        {
            _sums.AddInPlace(_pending);
        }

        _pending.zero_();
    }

    /// <summary>The means of what was added on all ranks; NaN when there was no update.</summary>
    public EpochResult Summarize(RankGroup ranks)
    {
        var sums = RankNumbers.Sum(RankNumbers.Gather(ranks, "measurements", _sums.data<double>().ToArray()));
        return new EpochResult(
            sums[0] / sums[^1], _names.Select((name, i) => (name, sums[i + 1] / sums[^1])).ToDictionary(StringComparer.Ordinal));
    }

    public void Dispose()
    {
        _sums.Dispose();
        _pending.Dispose();
    }
}
