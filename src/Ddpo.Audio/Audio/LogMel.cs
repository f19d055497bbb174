namespace Ddpo.Audio;

/// <summary>Mel bands in decibels: 10 log10(max(power, 1e-10)). Window and filters are made once.</summary>
internal sealed class LogMel : IDisposable
{
    private const double Floor = 1e-10;

    private readonly Spectrogram _spectrogram;
    private readonly Tensor _filters; // [bins, bands]

    public LogMel(MelFilterBank bank, int hop, Device device)
    {
        _spectrogram = new Spectrogram(bank.FftSize, hop, device);
        using var rows = tensor(bank.Weights(), [bank.Bands, bank.Bins], ScalarType.Float64, device);
        _filters = rows.t().contiguous().DetachFromDisposeScope();
    }

    /// <summary>[samples] to [frames, bands], in double precision.</summary>
    public Tensor Compute(Tensor signal) => _spectrogram.OfFrames(signal, Decibels);

    /// <summary>The same of samples that are no tensor yet, without gradients.</summary>
    public Tensor Compute(float[] signal) => _spectrogram.OfFrames(signal, Decibels);

    /// <summary>Power spectra to mel bands: [..., bins] to [..., bands].</summary>
    public Tensor Filter(Tensor power) => power.matmul(_filters);

    private Tensor Decibels(Tensor power) => ToDecibels(Filter(power));

    /// <summary>Power in decibels, at least -100.</summary>
    public static Tensor ToDecibels(Tensor power)
    {
        using var floored = power.ClampMin(Floor);
        using var logarithm = floored.log10();
        return logarithm.Multiply(10.0);
    }

    public void Dispose()
    {
        _spectrogram.Dispose();
        _filters.Dispose();
    }
}
