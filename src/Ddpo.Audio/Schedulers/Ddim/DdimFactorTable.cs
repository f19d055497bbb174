namespace Ddpo.Audio.Schedulers;

/// <summary>
/// The factors of every training timestep on one device, so that a step gathers them by its timesteps without waiting for
/// the device. One path for one timestep and for many: on-policy ratios are exactly 1 only when both divide the same way.
/// </summary>
internal sealed class DdimFactorTable : IDisposable
{
    private const int Rows = 7;

    private readonly Tensor _table;

    /// <param name="timesteps">How many training timesteps there are.</param>
    /// <param name="factors">The factors of each.</param>
    /// <param name="device">Where the steps run.</param>
    public DdimFactorTable(int timesteps, Func<long, DdimCoefficients> factors, Device device)
    {
        var values = new float[Rows * timesteps];
        for (var timestep = 0; timestep < timesteps; timestep++)
        {
            var at = factors(timestep);
            ReadOnlySpan<float> column =
                [at.SqrtAlpha, at.SqrtBeta, at.SqrtPreviousAlpha, at.Direction, at.Sigma, at.TwoVariance, at.LogNormalizer];
            for (var row = 0; row < Rows; row++)
            {
                values[(row * timesteps) + timestep] = column[row];
            }
        }

        using var scope = NewDisposeScope();
        _table = tensor(values, device: device).view(Rows, timesteps).DetachFromDisposeScope();
    }

    /// <summary>The factors of a batch, shaped to broadcast over its samples.</summary>
    /// <param name="timesteps">int64 on the table's device: one for all samples (no dimension or one element), or one for each.</param>
    /// <param name="sample">The batch.</param>
    public DdimFactors Gather(Tensor timesteps, Tensor sample)
    {
        var count = timesteps.numel();
        if (timesteps.dtype != ScalarType.Int64 || (count != 1 && count != sample.shape[0]))
        {
            throw new ArgumentException(
                $"Expected one int64 timestep, or one for each of {sample.shape[0]} samples; found {count} of type {timesteps.dtype}.", nameof(timesteps));
        }

        var shape = new long[sample.dim() + 1];
        Array.Fill(shape, 1);
        (shape[0], shape[1]) = (Rows, count);
        var rows = _table.index_select(1, timesteps.view(-1)).view(shape); // [7, timesteps, 1, ...]
        return new DdimFactors(
            rows.select(0, 0), rows.select(0, 1), rows.select(0, 2), rows.select(0, 3), rows.select(0, 4),
            rows.select(0, 5).view(-1), rows.select(0, 6).view(-1));
    }

    /// <inheritdoc/>
    public void Dispose() => _table.Dispose();
}

/// <summary><see cref="DdimCoefficients"/> of a batch: [timesteps, 1, ...], and the last two [timesteps]; fp32.</summary>
internal readonly record struct DdimFactors(
    Tensor SqrtAlpha, Tensor SqrtBeta, Tensor SqrtPreviousAlpha, Tensor Direction, Tensor Sigma, Tensor TwoVariance, Tensor LogNormalizer);
