using Ddpo.Audio.Checkpoints;

namespace Ddpo.Audio.Rewards.Emopia;

/// <summary>From clips to what the network hears: mono, its rate, chunks of equal length, mel power. Window and filters are made once.</summary>
internal sealed class EmopiaFrontEnd : IDisposable
{
    private readonly EmopiaHparams _hparams;
    private readonly EmopiaRewardOptions _options;
    private readonly Spectrogram _spectrogram;
    private readonly Tensor _filters; // [bands, bins]

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
        _filters = filters.to(ScalarType.Float64).to(device).t().contiguous().DetachFromDisposeScope();
    }

    /// <summary>The chunks of a clip, at least one; none overlaps another.</summary>
    /// <exception cref="ArgumentException">The clip is empty, or holds values that are not finite.</exception>
    public IReadOnlyList<float[]> Chunks(AudioClip clip)
    {
        AudioChecks.ThrowIfNotAudio(clip);
        var samples = clip.ToMono().ResampleTo(_hparams.SampleRate).Samples;
        var length = _hparams.ChunkSamples;
        if (samples.Length < length)
        {
            return [Fill(samples.Span)];
        }

        var whole = samples.Length / length;
        var count = _options.Chunking == EmopiaChunking.Upstream ? Math.Max(1, whole - 1) : whole;
        return [.. Enumerable.Range(0, count).Select(chunk => samples.Slice(chunk * length, length).ToArray())];
    }

    /// <summary>Mel power of chunks: [chunks, 1, bands, frames], fp32.</summary>
    public Tensor Mel(IReadOnlyList<float[]> chunks)
    {
        using var scope = NewDisposeScope();

        // One by one: double-precision spectra are large, and a batch gives the same numbers as its members.
        var mels = chunks.Select(Mel).ToArray();
        return stack(mels).unsqueeze(1).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        _spectrogram.Dispose();
        _filters.Dispose();
    }

    private Tensor Mel(float[] chunk)
    {
        using var scope = NewDisposeScope();
        var power = _spectrogram.Power(tensor(chunk)); // [bins, frames]
        return _filters.matmul(power).to(ScalarType.Float32).MoveToOuterDisposeScope();
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
