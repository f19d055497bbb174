namespace Ddpo.Audio;

/// <summary>A piece of audio in memory: 32-bit floating point samples, full scale 1.0.</summary>
/// <remarks>The clip keeps the array it is given and never changes it. Safe to read from many threads.</remarks>
public sealed class AudioClip
{
    /// <summary>Makes a clip over <paramref name="samples"/>, without copying them.</summary>
    /// <param name="samples">Samples, interleaved when there is more than one channel; values beyond ±1 are allowed.</param>
    /// <param name="sampleRate">Frames per second, at least 1.</param>
    /// <param name="channels">Channels, at least 1 (the default). Must divide the number of samples.</param>
    /// <exception cref="ArgumentException">The number of samples is not a multiple of <paramref name="channels"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The rate or the number of channels is below 1.</exception>
    public AudioClip(ReadOnlyMemory<float> samples, int sampleRate, int channels = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sampleRate, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        if (samples.Length % channels != 0)
        {
            throw new ArgumentException(
                $"Expected whole frames of {channels} channels, found {samples.Length} samples.", nameof(samples));
        }

        Samples = samples;
        SampleRate = sampleRate;
        Channels = channels;
    }

    /// <summary>Gets all samples, interleaved by channel: length <see cref="Frames"/> × <see cref="Channels"/>.</summary>
    public ReadOnlyMemory<float> Samples { get; }

    /// <summary>Gets the frames per second.</summary>
    public int SampleRate { get; }

    /// <summary>Gets the number of channels.</summary>
    public int Channels { get; }

    /// <summary>Gets the samples per channel.</summary>
    public int Frames => Samples.Length / Channels;

    /// <summary>Gets the length in time.</summary>
    public TimeSpan Duration => TimeSpan.FromSeconds((double)Frames / SampleRate);

    /// <summary>Takes the mean over the channels; gives the clip itself when it has one channel already.</summary>
    public AudioClip ToMono()
    {
        if (Channels == 1)
        {
            return this;
        }

        var source = Samples.Span;
        var mono = new float[Frames];
        for (var frame = 0; frame < mono.Length; frame++)
        {
            float sum = 0;
            foreach (var sample in source.Slice(frame * Channels, Channels))
            {
                sum += sample;
            }

            mono[frame] = sum / Channels;
        }

        return new AudioClip(mono, SampleRate);
    }

    /// <summary>Resamples the clip to another rate by a band-limited filter; gives the clip itself when it has that rate already.</summary>
    /// <param name="sampleRate">Frames per second, at least 1. The result has <c>ceil(Frames * sampleRate / SampleRate)</c> frames.</param>
    /// <remarks>Equal to <c>torchaudio.functional.resample</c> with its defaults, within rounding.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The rate is below 1.</exception>
    /// <exception cref="NotSupportedException">The rates are so large, and have so small a common divisor, that the filter would need more than 256 MB.</exception>
    public AudioClip ResampleTo(int sampleRate) => ResampleTo(sampleRate, ResampleFilter.SincHann);

    /// <summary>Saves the clip as a WAV file, whole or not at all.</summary>
    /// <param name="path">The file. Its folder must exist; an existing file is replaced.</param>
    /// <param name="encoding">How to store the samples; 16-bit PCM by default, for finite samples only.</param>
    /// <exception cref="ArgumentException">A sample is NaN or infinite, and the encoding is <see cref="WaveEncoding.Pcm16"/>.</exception>
    /// <exception cref="IOException">The file cannot be written; an existing one is as it was.</exception>
    public void SaveWave(string path, WaveEncoding encoding = WaveEncoding.Pcm16) => WaveFile.Write(path, this, encoding);

    /// <summary>Does what <see cref="SaveWave"/> does, on another thread, and fails as that does.</summary>
    /// <param name="path">The file. Its folder must exist; an existing file is replaced.</param>
    /// <param name="encoding">How to store the samples; 16-bit PCM by default, for finite samples only.</param>
    /// <param name="cancellationToken">Checked before the writing starts; the call then throws <see cref="OperationCanceledException"/>.</param>
    public Task SaveWaveAsync(
        string path, WaveEncoding encoding = WaveEncoding.Pcm16, CancellationToken cancellationToken = default) =>
        WaveFile.WriteAsync(path, this, encoding, cancellationToken);

    /// <summary>The clip at another rate, through the given filter.</summary>
    internal AudioClip ResampleTo(int sampleRate, ResampleFilter filter)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sampleRate, 1);
        if (sampleRate == SampleRate)
        {
            return this;
        }

        var kernel = ResampleKernel.Get(SampleRate, sampleRate, filter);
        if (Channels == 1)
        {
            return new AudioClip(kernel.Apply(Samples.Span), sampleRate);
        }

        var resampled = Enumerable.Range(0, Channels).Select(channel => kernel.Apply(Channel(channel))).ToArray();
        var interleaved = new float[resampled[0].Length * Channels];
        for (var i = 0; i < interleaved.Length; i++)
        {
            interleaved[i] = resampled[i % Channels][i / Channels];
        }

        return new AudioClip(interleaved, sampleRate, Channels);
    }

    private float[] Channel(int channel)
    {
        var source = Samples.Span;
        var samples = new float[Frames];
        for (var frame = 0; frame < samples.Length; frame++)
        {
            samples[frame] = source[(frame * Channels) + channel];
        }

        return samples;
    }
}
