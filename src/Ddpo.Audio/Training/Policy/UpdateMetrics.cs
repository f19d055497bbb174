namespace Ddpo.Audio.Training.Policy;

/// <summary>Sums what training steps measure on the device, so that no step waits for a copy to the host. What led to no update is left out.</summary>
internal sealed class UpdateMetrics : IDisposable
{
    private const int Loss = 0;
    private const int ApproxKl = 1;
    private const int ClipFraction = 2;
    private const int Ratio = 3;

    private readonly Tensor _sums;
    private readonly Tensor _pending;
    private readonly Tensor _onPolicyError;
    private int _steps;
    private int _pendingSteps;
    private int _updates;
    private int _skipped;
    private double _gradientNorms;

    public UpdateMetrics(Device device)
    {
        _sums = zeros(4, ScalarType.Float64, device).DetachFromDisposeScope();
        _pending = zeros(4, ScalarType.Float64, device).DetachFromDisposeScope();
        _onPolicyError = zeros(1, ScalarType.Float32, device).DetachFromDisposeScope();
    }

    /// <summary>Adds one training step.</summary>
    public void Add(ClippedSurrogateLoss loss)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        _pending.AddInPlace(stack([loss.Loss.detach(), loss.ApproxKl, loss.ClipFraction, loss.Ratio.mean()]).to(ScalarType.Float64));
        _pendingSteps++;
        if (_updates == 0)
        {
            _onPolicyError.copy_(maximum(_onPolicyError, loss.Ratio.Subtract(1).abs().max()));
        }
    }

    /// <summary>The steps since the last call led to an update, or were left out when the norm is not finite.</summary>
    public void AddUpdate(double gradientNorm)
    {
        if (double.IsFinite(gradientNorm))
        {
            _sums.AddInPlace(_pending);
            _steps += _pendingSteps;
            _gradientNorms += gradientNorm;
            _updates++;
        }
        else
        {
            _skipped++;
            if (_updates == 0)
            {
                _onPolicyError.zero_();
            }
        }

        _pending.zero_();
        _pendingSteps = 0;
    }

    /// <summary>The means of what was added; NaN when there was no update.</summary>
    public UpdateSummary Summarize()
    {
        var sums = _sums.data<double>().ToArray();
        return new UpdateSummary(
            sums[Loss] / _steps,
            sums[ApproxKl] / _steps,
            sums[ClipFraction] / _steps,
            sums[Ratio] / _steps,
            _updates == 0 ? double.NaN : _onPolicyError.item<float>(),
            _gradientNorms / _updates,
            _updates,
            _skipped);
    }

    public void Dispose()
    {
        _sums.Dispose();
        _pending.Dispose();
        _onPolicyError.Dispose();
    }
}
