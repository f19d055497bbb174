using Ddpo.Audio.Runtime;

namespace Ddpo.Audio.Models.Clap;

/// <summary>From mono samples at the model's rate to the log-mels that the audio tower takes. Filters and window are made once.</summary>
internal sealed class ClapFeatureExtractor : IDisposable
{
    private readonly ClapFeatureConfig _config;
    private readonly LogMel _logMel;

    /// <param name="config">Settings that were checked.</param>
    /// <param name="device">Where the spectra are computed.</param>
    public ClapFeatureExtractor(ClapFeatureConfig config, Device device)
    {
        _config = config;
        var bank = new MelFilterBank(
            config.SamplingRate, config.FftWindowSize, config.FeatureSize, config.FrequencyMin, config.FrequencyMax);
        _logMel = new LogMel(bank, config.HopLength, device);
    }

    /// <summary>The rate of the samples, in Hz.</summary>
    public int SampleRate => _config.SamplingRate;

    /// <summary>Samples that the model hears at once.</summary>
    public int WindowLength => _config.NbMaxSamples;

    /// <summary>
    /// Exactly <see cref="WindowLength"/> samples: those from <paramref name="offset"/> on of longer audio; shorter audio as often
    /// as it fits whole, then zeros.
    /// </summary>
    public float[] Fit(ReadOnlySpan<float> samples, int offset = 0)
    {
        if (samples.IsEmpty)
        {
            throw new ArgumentException("Expected audio, found no samples.", nameof(samples));
        }

        var window = GC.AllocateUninitializedArray<float>(WindowLength);
        if (samples.Length >= window.Length)
        {
            samples.Slice(offset, window.Length).CopyTo(window);
            return window;
        }

        var whole = window.Length - (window.Length % samples.Length);
        for (var start = 0; start < whole; start += samples.Length)
        {
            samples.CopyTo(window.AsSpan(start));
        }

        window.AsSpan(whole).Clear();
        return window;
    }

    /// <summary>Log-mels in dB of windows from <see cref="Fit"/>: [windows, 1, frames, mel bins], fp32.</summary>
    public Tensor Extract(IReadOnlyList<float[]> windows)
    {
        // One by one: double-precision spectra are large, and a batch gives the same numbers as its members.
        var features = new Tensor?[windows.Count];
        try
        {
            SharedTensorWork.Each(windows.Count, window => features[window] = Extract(windows[window]).DetachFromDisposeScope());
            using var stacked = stack(features!);
            return stacked.unsqueeze(1);
        }
        finally
        {
            foreach (var feature in features)
            {
                feature?.Dispose();
            }
        }
    }

    public void Dispose() => _logMel.Dispose();

    /// <summary>Log-mels in dB of one window [samples]: [frames, mel bins], fp32. Differentiable where gradients are on.</summary>
    public Tensor Extract(Tensor window)
    {
        using var decibels = _logMel.Compute(window);
        return decibels.to(ScalarType.Float32);
    }

    private Tensor Extract(float[] window)
    {
        using var decibels = _logMel.Compute(window);
        return decibels.to(ScalarType.Float32);
    }
}
