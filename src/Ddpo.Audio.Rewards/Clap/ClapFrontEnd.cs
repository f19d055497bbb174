using System.Runtime.InteropServices;
using Ddpo.Audio.Models.Clap;

namespace Ddpo.Audio.Rewards.Clap;

/// <summary>From a clip to the windows of samples that CLAP hears: mono, its rate, 16 bits where asked for, cropped or repeated.</summary>
internal sealed class ClapFrontEnd(ClapFeatureExtractor features, ClapRewardOptions options, bool quantizesToInt16)
{
    private readonly ResampleFilter _filter =
        options.Resampling == ClapResampling.KaiserBest ? ResampleFilter.KaiserBest : ResampleFilter.SincHann;

    /// <summary>The windows of a clip: one, unless it is long and all of it is to be heard.</summary>
    /// <exception cref="ArgumentException">The clip is empty, or holds values that are not finite.</exception>
    public IReadOnlyList<float[]> Windows(AudioClip clip)
    {
        var samples = Samples(clip);
        return [.. Offsets(samples).Select(offset => features.Fit(samples, offset))];
    }

    /// <summary>The filter between rates.</summary>
    public ResampleFilter Filter => _filter;

    /// <summary>A clip as the model hears it before it is cut into windows.</summary>
    public float[] Samples(AudioClip clip)
    {
        AudioChecks.ThrowIfNotAudio(clip);
        var samples = clip.ToMono().ResampleTo(features.SampleRate, _filter).Samples.ToArray();
        if (options.QuantizeToInt16 ?? quantizesToInt16)
        {
            Quantize(samples);
        }

        return samples;
    }

    /// <summary>To 16 bits and back, as laion_clap: clipped, scaled by 32767, cut off towards zero.</summary>
    private static void Quantize(Span<float> samples)
    {
        foreach (ref var sample in samples)
        {
            sample = (float)(MathF.Truncate(Math.Clamp(sample, -1, 1) * 32767) / 32767.0);
        }
    }

    /// <summary>Where the windows of resampled samples begin.</summary>
    public IEnumerable<int> Offsets(float[] samples)
    {
        var surplus = samples.Length - features.WindowLength;
        if (surplus <= 0)
        {
            return [0];
        }

        return options.Crop switch
        {
            ClapCrop.Start => [0],
            ClapCrop.Center => [surplus / 2],
            ClapCrop.SeededRandom => [new Random(Hash(samples, options.Seed)).Next(surplus + 1)],
            _ => Enumerable.Range(0, surplus / features.WindowLength + 1)
                .Select(window => window * features.WindowLength)
                .Append(surplus)
                .Distinct(),
        };
    }

    /// <summary>The same number for the same samples, in every process (FNV-1a).</summary>
    private static int Hash(float[] samples, int seed)
    {
        var hash = 2166136261u ^ (uint)seed;
        foreach (var word in MemoryMarshal.Cast<float, uint>(samples.AsSpan()))
        {
            hash = (hash ^ word) * 16777619u;
        }

        return (int)hash;
    }
}
