using System.Numerics;
using System.Runtime.InteropServices;
using Ddpo.Audio.Runtime;

namespace Ddpo.Audio;

/// <summary>The power spectrum of a signal over time. The window is made once.</summary>
/// <remarks>
/// A periodic Hann window, in the middle of the frame when it is shorter. Computed in the window's precision and on its
/// device; double precision keeps the near-silent bins, which a logarithm magnifies. Several threads may use it at a time.
/// </remarks>
internal sealed class Spectrogram : IDisposable
{
    // Frames at a time.
    private const int Piece = 64;

    private readonly int _fftSize;
    private readonly int _hop;
    private readonly int _margin; // samples that the first frame hears before the first sample
    private readonly Tensor _window; // [fftSize]

    /// <param name="fftSize">Length of the Fourier transform.</param>
    /// <param name="hop">Samples from one frame to the next.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="windowLength">Length of the window; <paramref name="fftSize"/> when not given.</param>
    /// <param name="centred">Whether frame t is centred on sample t * hop, the signal's ends being mirrored; else it starts there.</param>
    public Spectrogram(int fftSize, int hop, Device device, int? windowLength = null, bool centred = true)
    {
        (_fftSize, _hop, _margin) = (fftSize, hop, centred ? fftSize / 2 : 0);
        using var scope = NewDisposeScope();
        var window = hann_window(windowLength ?? fftSize, periodic: true, ScalarType.Float64, device);
        var missing = fftSize - window.shape[0];
        _window = F.pad(window, [missing / 2, missing - (missing / 2)]).DetachFromDisposeScope();
    }

    /// <summary>The fewest samples that <see cref="Power"/> takes.</summary>
    public int MinimumLength => Math.Max(_margin + 1, _fftSize - (2 * _margin));

    /// <summary>|STFT|²: [..., samples] to [..., fftSize / 2 + 1, frames], in double precision.</summary>
    public Tensor Power(Tensor signal)
    {
        using var scope = NewDisposeScope();
        var spectrum = stft(
            signal.to(_window.dtype).to(_window.device), _fftSize, _hop, _fftSize, _window, _margin > 0,
            PaddingModes.Reflect, normalized: false, onesided: true, return_complex: true);
        return PowerOf(spectrum).MoveToOuterDisposeScope();
    }

    /// <summary>Something of each frame's power spectrum. On the CPU, what frames have in common is computed once.</summary>
    /// <param name="signal">[samples]; the gradient goes back to it.</param>
    /// <param name="ofPower">From power spectra [frames, fftSize / 2 + 1], in double precision, to values [frames, n], each of its own frame alone.</param>
    /// <returns>[frames, n].</returns>
    public Tensor OfFrames(Tensor signal, Func<Tensor, Tensor> ofPower)
    {
        using var scope = NewDisposeScope();
        var canLook = signal.device_type == DeviceType.CPU && IsOnCpu; // elsewhere it would cost more than it saves
        if (!canLook || Repeated(signal.detach().contiguous().bytes, (int)signal.ElementSize) is not { } frames)
        {
            return ofPower(Power(signal).transpose(-1, -2)).MoveToOuterDisposeScope();
        }

        var whole = F.pad(signal.view(1, 1, -1), [_margin, _margin], PaddingModes.Reflect).flatten();
        var different = whole.unfold(0, _fftSize, _hop).index_select(0, tensor(frames.Different)).to(_window.dtype).mul(_window);
        var values = ofPower(PowerOf(fft.rfft(different)));
        return values.index_select(0, tensor(frames.Places)).MoveToOuterDisposeScope();
    }

    /// <summary>The same without gradients, of samples that are no tensor yet: pieces of them become one in a core's own cache.</summary>
    public Tensor OfFrames(float[] signal, Func<Tensor, Tensor> ofPower)
    {
        using var scope = NewDisposeScope();
        if (!IsOnCpu)
        {
            return OfFrames(tensor(signal), ofPower).MoveToOuterDisposeScope();
        }

        var repeated = Repeated(MemoryMarshal.AsBytes(signal.AsSpan()), sizeof(float));
        var frames = repeated?.Different ?? [.. Enumerable.Range(0, 1 + ((signal.Length + (2 * _margin) - _fftSize) / _hop)).Select(frame => (long)frame)];
        var values = new List<Tensor>();
        foreach (var piece in frames.Chunk(Piece))
        {
            using var inCache = NewDisposeScope();
            var windowed = Windowed(signal, piece);
            values.Add(ofPower(PowerOf(fft.rfft(windowed))).MoveToOuterDisposeScope());
        }

        var all = cat(values);
        return (repeated is null ? all : all.index_select(0, tensor(repeated.Places))).MoveToOuterDisposeScope();
    }

    public void Dispose() => _window.Dispose();

    private bool IsOnCpu => _window.device_type == DeviceType.CPU;

    private RepeatedFrames? Repeated(ReadOnlySpan<byte> samples, int size) => RepeatedFrames.Find(samples, size, _fftSize, _hop, _margin);

    // [frames, fftSize]
    private Tensor Windowed(ReadOnlySpan<float> signal, long[] frames)
    {
        var windowed = empty(frames.Length, _fftSize, ScalarType.Float64);
        var values = MemoryMarshal.Cast<byte, double>(windowed.bytes);
        var window = MemoryMarshal.Cast<byte, double>(_window.bytes);
        for (var i = 0; i < frames.Length; i++)
        {
            Window(signal, checked((int)(frames[i] * _hop)) - _margin, window, values.Slice(i * _fftSize, _fftSize));
        }

        return windowed;
    }

    /// <summary>The window on a signal from a sample on; the signal's ends are mirrored, the outermost sample being there once.</summary>
    private static void Window(ReadOnlySpan<float> signal, int start, ReadOnlySpan<double> window, Span<double> windowed)
    {
        var i = 0;
        for (; start >= 0 && start + windowed.Length <= signal.Length && i + Vector<float>.Count <= windowed.Length; i += Vector<float>.Count)
        {
            Vector.Widen(new Vector<float>(signal[(start + i)..]), out var low, out var high);
            (low * new Vector<double>(window[i..])).CopyTo(windowed[i..]);
            (high * new Vector<double>(window[(i + Vector<double>.Count)..])).CopyTo(windowed[(i + Vector<double>.Count)..]);
        }

        for (; i < windowed.Length; i++)
        {
            var sample = Math.Abs(start + i);
            windowed[i] = window[i] * signal[Math.Min(sample, (2 * (signal.Length - 1)) - sample)];
        }
    }

    // Less than half the time of the absolute value's square, which guards against overflow.
    private static Tensor PowerOf(Tensor spectrum)
    {
        var parts = view_as_real(spectrum).Square();
        return parts.select(-1, 0).Add(parts.select(-1, 1));
    }
}
