using System.Globalization;

namespace Ddpo.Audio.Pipelines;

/// <summary>Waveforms as clips.</summary>
internal static class Waveforms
{
    /// <summary>Copies [clips, samples] to the CPU, a mono clip a row.</summary>
    /// <exception cref="InvalidOperationException">A sample is not a finite number.</exception>
    public static IReadOnlyList<AudioClip> ToClips(Tensor waveforms, int sampleRate)
    {
        using var scope = NewDisposeScope();
        var (clips, length) = ((int)waveforms.shape[0], (int)waveforms.shape[1]);
        var samples = waveforms.detach().contiguous().cpu().data<float>().ToArray();
        var bad = samples.AsSpan().IndexOfAnyExceptInRange(float.MinValue, float.MaxValue);
        if (bad >= 0)
        {
            throw new InvalidOperationException(
                $"The model made no audio: sample {bad % length} of clip {bad / length + 1} of {clips} is {samples[bad].ToString(CultureInfo.InvariantCulture)}. "
                + "Its weights, its adapter or the guidance scale are too large, or 16 bits are too few for it: try a smaller scale, another "
                + "checkpoint of the adapter, or 32 bits.");
        }

        return [.. Enumerable.Range(0, clips).Select(clip => new AudioClip(samples.AsMemory(clip * length, length), sampleRate))];
    }
}
