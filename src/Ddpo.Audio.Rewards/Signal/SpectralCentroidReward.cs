using System.Runtime.InteropServices;
using Ddpo.Audio.Rewards.Signal;

namespace Ddpo.Audio.Rewards;

/// <summary>Rewards a brightness: minus the distance in octaves of the spectral centroid from a target. Needs no weights.</summary>
/// <remarks>
/// <para>
/// The centroid is <c>C = Σ f P(f) / Σ P(f)</c> in Hz, where P is the power spectrum of the channels' mean, averaged over frames of
/// 2048 samples under a Hann window, 512 samples apart (shorter clips are followed by zeros). The score is
/// <c>-|log2(C / target)|</c>: 0 is best, and a clip an octave too bright or too dark gets -1. Never below
/// <see cref="WorstScore"/>, which is what silence gets. It does not depend on the prompt.
/// </para>
/// <para>Immutable; any thread may call it.</para>
/// </remarks>
public sealed class SpectralCentroidReward : IRewardFunction
{
    /// <summary>The score of silence, and the lowest there is: ten octaves off.</summary>
    public const float WorstScore = -10;

    private const int FftSize = 2048;
    private const int Hop = 512;

    private readonly double _target;

    /// <param name="targetHertz">The centroid to reach, in Hz, above 0. Default: 2000.</param>
    /// <exception cref="ArgumentOutOfRangeException">The target is not a positive, finite number.</exception>
    public SpectralCentroidReward(double targetHertz = 2000)
    {
        if (!double.IsFinite(targetHertz) || targetHertz <= 0)
        {
            throw new ArgumentOutOfRangeException(nameof(targetHertz), targetHertz, "Expected a frequency above 0 Hz.");
        }

        _target = targetHertz;
    }

    /// <inheritdoc/>
    public string Name => "spectral_centroid";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The numbers of clips and prompts differ, or a clip is empty or holds NaN or infinity.</exception>
    public Task<IReadOnlyList<float>> ScoreAsync(
        IReadOnlyList<AudioClip> clips, IReadOnlyList<Prompt> prompts, CancellationToken cancellationToken = default) =>
        Task.Run(
            () =>
            {
                using var spectrogram = new Spectrogram(FftSize, Hop, CPU, centred: false);
                return SignalChecks.ScoreEach(clips, prompts, clip => Score(clip, spectrogram), cancellationToken);
            },
            cancellationToken);

    private double Score(AudioClip clip, Spectrogram spectrogram)
    {
        var power = MeanPower(clip.ToMono(), spectrogram);
        double sum = 0, weighted = 0;
        for (var bin = 0; bin < power.Length; bin++)
        {
            sum += power[bin];
            weighted += power[bin] * bin * clip.SampleRate / FftSize;
        }

        return weighted > 0 ? Math.Max(WorstScore, -Math.Abs(Math.Log2(weighted / sum / _target))) : WorstScore;
    }

    private static double[] MeanPower(AudioClip mono, Spectrogram spectrogram)
    {
        var samples = new float[Math.Max(mono.Frames, spectrogram.MinimumLength)];
        mono.Samples.CopyTo(samples);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var mean = spectrogram.Power(tensor(samples)).mean([-1]);
        return MemoryMarshal.Cast<byte, double>(mean.contiguous().bytes).ToArray();
    }
}
