using Ddpo.Audio.Checkpoints;

namespace Ddpo.Audio.Rewards.Emopia;

/// <summary>From clips to what the network hears: mono, its rate, chunks of equal length, mel power. Window and filters are made once.</summary>
internal sealed class EmopiaFrontEnd : IDisposable
{
    private readonly EmopiaHparams _hparams;
    private readonly EmopiaRewardOptions _options;
    private readonly Spectrogram _spectrogram;
    private readonly Tensor _filters; // [bins, bands]

    /// <param name="hparams">The rate and the length of a chunk.</param>
    /// <param name="filters">Mel filters [bins, bands].</param>
    /// <param name="options">Which chunks to hear.</param>
    /// <param name="device">Where to compute.</param>
    /// <exception cref="CheckpointException">A chunk is too short for a spectrogram of so many bins.</exception>
    public EmopiaFrontEnd(EmopiaHparams hparams, Tensor filters, EmopiaRewardOptions options, Device device)
    {
        (_hparams, _options) = (hparams, options);
        var fftSize = 2 * ((int)filters.shape[0] - 1);
        _spectrogram = new Spectrogram(fftSize, fftSize / 2, device);
        if (hparams.ChunkSamples < _spectrogram.MinimumLength)
        {
            _spectrogram.Dispose();
            throw new CheckpointException(
                $"A chunk of {hparams.ChunkSamples} samples is too short for a spectrogram of {filters.shape[0]} bins. " +
                "Check sr and input_length in hparams.yaml.");
        }

        using var scope = NewDisposeScope();
        _filters = filters.to(ScalarType.Float64).to(device).contiguous().DetachFromDisposeScope();
    }

    /// <summary>The chunks of a clip, at least one; none overlaps another.</summary>
    /// <exception cref="ArgumentException">The clip is empty, or holds values that are not finite.</exception>
    public IReadOnlyList<float[]> Chunks(AudioClip clip)
    {
        var samples = Samples(clip);
        var length = _hparams.ChunkSamples;
        return samples.Length < length
            ? [Fill(samples)]
            : [.. Offsets(samples.Length).Select(offset => samples.AsSpan(offset, length).ToArray())];
    }

    /// <summary>The same as tensors [samples] in double precision, with the gradient of the clip's samples.</summary>
    /// <param name="clip">A mono clip.</param>
    /// <param name="waveform">Its samples, a leaf.</param>
    public IReadOnlyList<Tensor> Chunks(AudioClip clip, Tensor waveform)
    {
        var samples = Samples(clip);
        var signal = ClipGradients.Heard(waveform, clip.SampleRate, samples, _hparams.SampleRate, ResampleFilter.SincHann);
        var (length, missing) = ((long)_hparams.ChunkSamples, (long)_hparams.ChunkSamples - samples.Length);
        return missing <= 0
            ? [.. Offsets(samples.Length).Select(offset => signal.narrow(0, offset, length))]
            : _options.ShortClips == EmopiaShortClips.Repeat
                ? [signal.repeat((length + samples.Length - 1) / samples.Length).narrow(0, 0, length)]
                : [F.pad(signal, [0, missing])];
    }

    /// <summary>Mel power of chunks: [chunks, 1, bands, frames], fp32.</summary>
    public Tensor Mel(IReadOnlyList<float[]> chunks)
    {
        using var scope = NewDisposeScope();
        return Stack(chunks.Select(chunk => _spectrogram.OfFrames(chunk, Filtered))).MoveToOuterDisposeScope();
    }

    /// <summary>The same of tensors [samples]; differentiable where gradients are on.</summary>
    public Tensor Mel(IReadOnlyList<Tensor> chunks)
    {
        using var scope = NewDisposeScope();
        return Stack(chunks.Select(chunk => _spectrogram.OfFrames(chunk, Filtered))).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        _spectrogram.Dispose();
        _filters.Dispose();
    }

    // Mel power of chunks, each [frames, bands]. One by one: double-precision spectra are large, and a batch gives the same numbers as its members.
    private static Tensor Stack(IEnumerable<Tensor> mels) => stack([.. mels.Select(mel => mel.t().to(ScalarType.Float32))]).unsqueeze(1);

    private Tensor Filtered(Tensor power) => power.matmul(_filters);

    /// <summary>A clip as the network hears it before it is cut.</summary>
    private float[] Samples(AudioClip clip)
    {
        AudioChecks.ThrowIfNotAudio(clip);
        return clip.ToMono().ResampleTo(_hparams.SampleRate).Samples.ToArray();
    }

    /// <summary>Where the chunks of so many samples, enough for one, begin.</summary>
    private IEnumerable<int> Offsets(int samples)
    {
        var whole = samples / _hparams.ChunkSamples;
        var count = _options.Chunking == EmopiaChunking.Upstream ? Math.Max(1, whole - 1) : whole;
        return Enumerable.Range(0, count).Select(chunk => chunk * _hparams.ChunkSamples);
    }

    private float[] Fill(ReadOnlySpan<float> samples)
    {
        var chunk = new float[_hparams.ChunkSamples];
        var rest = chunk.AsSpan();
        do
        {
            var part = samples[..Math.Min(samples.Length, rest.Length)];
            part.CopyTo(rest);
            rest = rest[part.Length..];
        }
        while (_options.ShortClips == EmopiaShortClips.Repeat && !rest.IsEmpty);
        return chunk;
    }
}
