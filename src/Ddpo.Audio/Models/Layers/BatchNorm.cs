namespace Ddpo.Audio.Models.Layers;

/// <summary>Batch normalisation by stored statistics over [batch, channels, ...]; it never updates them.</summary>
internal sealed class BatchNorm : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;

    [ComponentName(Name = "bias")]
    private readonly Parameter _bias;

    [ComponentName(Name = "running_mean")]
    private readonly Tensor _mean;

    [ComponentName(Name = "running_var")]
    private readonly Tensor _variance;

    // Stored beside the statistics; nothing reads it.
    [ComponentName(Name = "num_batches_tracked")]
    private readonly Tensor _batches;

    private readonly double _eps;

    public BatchNorm(long channels, Placement placement, double eps = 1e-5)
        : base(nameof(BatchNorm))
    {
        _weight = placement.Parameter(channels);
        _bias = placement.Parameter(channels);
        _mean = placement.Buffer(placement.Dtype, channels);
        _variance = placement.Buffer(placement.Dtype, channels);
        _batches = placement.Keep(zeros([], ScalarType.Int64, placement.Device));
        _eps = eps;
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) =>
        F.batch_norm(input, _mean, _variance, _weight, _bias, training: false, eps: _eps);
}
