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

    /// <summary>All samples, interleaved by channel: length <see cref="Frames"/> × <see cref="Channels"/>.</summary>
    public ReadOnlyMemory<float> Samples { get; }

    /// <summary>Frames per second.</summary>
    public int SampleRate { get; }

    /// <summary>Number of channels.</summary>
    public int Channels { get; }

    /// <summary>Samples per channel.</summary>
    public int Frames => Samples.Length / Channels;

    /// <summary>Length in time.</summary>
    public TimeSpan Duration => TimeSpan.FromSeconds((double)Frames / SampleRate);

    /// <summary>The mean over the channels; the clip itself when it has one channel already.</summary>
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
}
