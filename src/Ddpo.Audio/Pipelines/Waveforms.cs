namespace Ddpo.Audio.Pipelines;

/// <summary>Waveforms as clips.</summary>
internal static class Waveforms
{
    /// <summary>Copies [clips, samples] to the CPU, a mono clip a row.</summary>
    public static IReadOnlyList<AudioClip> ToClips(Tensor waveforms, int sampleRate)
    {
        using var scope = NewDisposeScope();
        var (clips, length) = ((int)waveforms.shape[0], (int)waveforms.shape[1]);
        var samples = waveforms.detach().contiguous().cpu().data<float>().ToArray();
        return [.. Enumerable.Range(0, clips).Select(clip => new AudioClip(samples.AsMemory(clip * length, length), sampleRate))];
    }
}
