namespace Ddpo.Audio;

/// <summary>The power spectrum of a signal over time. The window is made once.</summary>
/// <remarks>
/// A periodic Hann window, in the middle of the frame when it is shorter. Computed in the window's precision and on its
/// device; double precision keeps the near-silent bins, which a logarithm magnifies. Belongs to one thread.
/// </remarks>
internal sealed class Spectrogram : IDisposable
{
    private readonly int _fftSize;
    private readonly int _hop;
    private readonly bool _centred;
    private readonly Tensor _window;

    /// <param name="fftSize">Length of the Fourier transform.</param>
    /// <param name="hop">Samples from one frame to the next.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="windowLength">Length of the window; <paramref name="fftSize"/> when not given.</param>
    /// <param name="centred">Whether frame t is centred on sample t * hop, the signal's ends being mirrored; else it starts there.</param>
    public Spectrogram(int fftSize, int hop, Device device, int? windowLength = null, bool centred = true)
    {
        (_fftSize, _hop, _centred) = (fftSize, hop, centred);
        _window = hann_window(windowLength ?? fftSize, periodic: true, ScalarType.Float64, device).DetachFromDisposeScope();
    }

    /// <summary>The fewest samples that <see cref="Power"/> takes.</summary>
    public int MinimumLength => _centred ? (_fftSize / 2) + 1 : _fftSize;

    /// <summary>|STFT|²: [..., samples] to [..., fftSize / 2 + 1, frames], in double precision.</summary>
    public Tensor Power(Tensor signal)
    {
        using var scope = NewDisposeScope();
        var spectrum = stft(
            signal.to(_window.dtype).to(_window.device), _fftSize, _hop, _window.shape[0], _window, _centred,
            PaddingModes.Reflect, normalized: false, onesided: true, return_complex: true);
        var parts = view_as_real(spectrum).Square(); // less than half the time of abs, which guards against overflow
        return parts.select(-1, 0).Add(parts.select(-1, 1)).MoveToOuterDisposeScope();
    }

    public void Dispose() => _window.Dispose();
}
