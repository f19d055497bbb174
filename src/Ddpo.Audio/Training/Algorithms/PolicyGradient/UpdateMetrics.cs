using Ddpo.Audio.Training.Sharing;

namespace Ddpo.Audio.Training.Algorithms.PolicyGradient;

/// <summary>Sums what training steps measure on the device, so that no step waits for a copy to the host. What led to no update is left out.</summary>
internal sealed class UpdateMetrics : IDisposable
{
    private readonly IReadOnlyList<string> _names;
    private readonly Tensor _sums;
    private readonly Tensor _pending;
    private readonly Tensor _onPolicyError;
    private int _steps;
    private int _pendingSteps;
    private bool _isOnPolicy = true;

    /// <param name="measurements">What the objective measures.</param>
    /// <param name="device">Where.</param>
    public UpdateMetrics(IReadOnlyList<string> measurements, Device device)
    {
        _names = [PolicyGradientMeasurements.ApproxKl, PolicyGradientMeasurements.RatioMean, .. measurements];
        _sums = zeros(_names.Count + 1, ScalarType.Float64, device).DetachFromDisposeScope();
        _pending = zeros(_names.Count + 1, ScalarType.Float64, device).DetachFromDisposeScope();
        _onPolicyError = zeros(1, ScalarType.Float32, device).DetachFromDisposeScope();
    }

    /// <summary>Adds one training step.</summary>
    public void Add(PolicyStep step, PolicyLoss loss)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var ratio = step.Ratio.detach();
        var approxKl = step.LogRatio.detach().Square().mean().Multiply(0.5);
        _pending.AddInPlace(stack([loss.Loss.detach(), approxKl, ratio.mean(), .. loss.Measured]).to(ScalarType.Float64));
        _pendingSteps++;
        if (_isOnPolicy)
        {
            _onPolicyError.copy_(maximum(_onPolicyError, ratio.Subtract(1).abs().max()));
        }
    }

    /// <summary>The steps since the last call led to an update, or were left out when the norm is not finite.</summary>
    public void AddUpdate(double gradientNorm)
    {
        if (double.IsFinite(gradientNorm))
        {
            _sums.AddInPlace(_pending);
            _steps += _pendingSteps;
            _isOnPolicy = false;
        }
        else if (_isOnPolicy)
        {
            _onPolicyError.zero_();
        }

        _pending.zero_();
        _pendingSteps = 0;
    }

    /// <summary>The means of what was added on all ranks, whose shares are of one size; NaN when there was no update.</summary>
    public EpochResult Summarize(RankGroup ranks)
    {
        var all = RankNumbers.Gather(ranks, "measurements", [_onPolicyError.item<float>(), .. _sums.data<double>().ToArray()]);
        double[] means = [.. RankNumbers.Sum(all).Skip(1).Select(sum => sum / ranks.Size / _steps)];
        var measured = _names.Select((name, i) => (name, means[i + 1]))
            .Append((PolicyGradientMeasurements.OnPolicyRatioError, _isOnPolicy ? double.NaN : all.Max(own => own[0])));
        return new EpochResult(means[0], measured.ToDictionary(StringComparer.Ordinal));
    }

    public void Dispose()
    {
        _sums.Dispose();
        _pending.Dispose();
        _onPolicyError.Dispose();
    }
}
