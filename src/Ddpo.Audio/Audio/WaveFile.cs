using Ddpo.Audio.Checkpoints;
using NAudio.Wave;

namespace Ddpo.Audio;

/// <summary>Reads and writes WAV files.</summary>
/// <remarks>
/// Integers of n bits become <c>value / 2^(n-1)</c> and floats stay as they are, as in libsndfile, so that full scale is 1.0.
/// Fewer bits than their bytes have, such as 12 in 16 or 20 in 24, are at the upper end of them. A file that ends in the middle of its data, or of a
/// frame, yields the whole frames that are there; so does one that was never closed, whose sizes say nothing. Of several data chunks the first is read.
/// All members may be called from any thread.
/// </remarks>
public static class WaveFile
{
    /// <summary>Reads a WAV file: PCM of up to 32 bits, or floats of 32 or 64 bits, at 1 kHz to 1 MHz, with any channels.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is not a WAV file, is damaged, or is in another encoding; the message says which.</exception>
    public static AudioClip Read(string path) => Decode(File.ReadAllBytes(path), path);

    /// <inheritdoc cref="Read(string)"/>
    /// <param name="stream">The file's bytes, read from the current position to the end. Stays open.</param>
    public static AudioClip Read(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return Decode(memory.ToArray(), "the stream");
    }

    /// <summary>Reads a WAV file as <see cref="Read(string)"/> does, and fails as that does.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Stops the reading; the call then throws <see cref="OperationCanceledException"/>.</param>
    public static async Task<AudioClip> ReadAsync(string path, CancellationToken cancellationToken = default) =>
        Decode(await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false), path);

    /// <summary>Writes a WAV file: whole, or not at all. An existing file is replaced.</summary>
    /// <param name="path">The file. Its folder must exist.</param>
    /// <param name="clip">What to write; in <see cref="WaveEncoding.Pcm16"/> its samples must be finite.</param>
    /// <param name="encoding">How to store the samples; 16-bit PCM by default.</param>
    /// <exception cref="ArgumentException">A sample is NaN or infinite, and the encoding is <see cref="WaveEncoding.Pcm16"/>.</exception>
    /// <exception cref="IOException">The file cannot be written; an existing one is as it was.</exception>
    public static void Write(string path, AudioClip clip, WaveEncoding encoding = WaveEncoding.Pcm16) =>
        AtomicFile.Write(path, stream => stream.Write(Encode(clip, encoding)));

    /// <summary>Does what <see cref="Write"/> does, on another thread, and fails as that does.</summary>
    /// <param name="path">The file. Its folder must exist.</param>
    /// <param name="clip">What to write; in <see cref="WaveEncoding.Pcm16"/> its samples must be finite.</param>
    /// <param name="encoding">How to store the samples; 16-bit PCM by default.</param>
    /// <param name="cancellationToken">Checked before the writing starts; the call then throws <see cref="OperationCanceledException"/>.</param>
    public static Task WriteAsync(
        string path, AudioClip clip, WaveEncoding encoding = WaveEncoding.Pcm16, CancellationToken cancellationToken = default) =>
        Task.Run(() => Write(path, clip, encoding), cancellationToken);

    private static AudioClip Decode(byte[] bytes, string name)
    {
        try
        {
            var (format, data) = WaveChunks.Find(bytes);
            return new AudioClip(SampleCodec.Decode(data.Span, format), format.SampleRate, format.Channels);
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidDataException(
                $"Cannot read {name} as a WAV file: {exception.Message} Expected RIFF/WAVE with PCM of up to 32 bits, or IEEE floats.", exception);
        }
    }

    private static byte[] Encode(AudioClip clip, WaveEncoding encoding)
    {
        ArgumentNullException.ThrowIfNull(clip);
        var format = encoding switch
        {
            WaveEncoding.Pcm16 => new WaveFormat(clip.SampleRate, 16, clip.Channels),
            WaveEncoding.Float32 => WaveFormat.CreateIeeeFloatWaveFormat(clip.SampleRate, clip.Channels),
            _ => throw new ArgumentOutOfRangeException(nameof(encoding), encoding, "Expected Pcm16 or Float32."),
        };
        var memory = new MemoryStream();
        using (var writer = new WaveFileWriter(memory, format))
        {
            writer.Write(SampleCodec.Encode(clip.Samples.Span, encoding));
        }

        return memory.ToArray(); // the writer has closed the stream, which keeps its bytes
    }
}
