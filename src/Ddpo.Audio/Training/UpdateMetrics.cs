namespace Ddpo.Audio.Training;

/// <summary>Sums what training steps measure on the device, so that no step waits for a copy to the host.</summary>
internal sealed class UpdateMetrics : IDisposable
{
    private const int Loss = 0;
    private const int ApproxKl = 1;
    private const int ClipFraction = 2;
    private const int Ratio = 3;

    private readonly Tensor _sums;
    private readonly Tensor _onPolicyError;
    private int _steps;
    private double _gradientNorms;

    public UpdateMetrics(Device device)
    {
        _sums = zeros(4, ScalarType.Float64, device).DetachFromDisposeScope();
        _onPolicyError = zeros(1, ScalarType.Float32, device).DetachFromDisposeScope();
    }

    /// <summary>Optimizer steps so far.</summary>
    public int Updates { get; private set; }

    /// <summary>Adds one training step.</summary>
    public void Add(ClippedSurrogateLoss loss)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        _sums.add_(stack([loss.Loss.detach(), loss.ApproxKl, loss.ClipFraction, loss.Ratio.mean()]).to(ScalarType.Float64));
        if (Updates == 0)
        {
            _onPolicyError.copy_(maximum(_onPolicyError, (loss.Ratio - 1).abs().max()));
        }

        _steps++;
    }

    /// <summary>Adds one optimizer step.</summary>
    public void AddUpdate(double gradientNorm)
    {
        _gradientNorms += gradientNorm;
        Updates++;
    }

    /// <summary>The means of what was added.</summary>
    public UpdateSummary Summarize()
    {
        var sums = _sums.data<double>().ToArray();
        return new UpdateSummary(
            sums[Loss] / _steps,
            sums[ApproxKl] / _steps,
            sums[ClipFraction] / _steps,
            sums[Ratio] / _steps,
            _onPolicyError.item<float>(),
            _gradientNorms / Math.Max(Updates, 1),
            Updates);
    }

    public void Dispose()
    {
        _sums.Dispose();
        _onPolicyError.Dispose();
    }
}
