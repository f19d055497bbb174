using Ddpo.Audio.Rewards.Signal;

namespace Ddpo.Audio.Rewards;

/// <summary>Rewards a loudness: minus the distance in decibels from a target. Needs no weights.</summary>
/// <remarks>
/// <para>
/// The loudness L is that of the root mean square over all samples of all channels, <c>20 log10(rms)</c> in dB relative to full
/// scale (a full-scale sine has -3.01), at least -100. The score is <c>-|L - target|</c>: 0 is best, and a clip 6 dB too loud or too
/// soft gets -6. It does not depend on the prompt.
/// </para>
/// <para>Immutable; any thread may call it.</para>
/// </remarks>
public sealed class LoudnessReward : IRewardFunction
{
    private const double Floor = -100;

    private readonly double _target;

    /// <param name="targetDecibels">The loudness to reach in dB relative to full scale, from -100 to 0. Default: -20.</param>
    /// <exception cref="ArgumentOutOfRangeException">The target is not in that range.</exception>
    public LoudnessReward(double targetDecibels = -20)
    {
        if (targetDecibels is not (>= Floor and <= 0))
        {
            throw new ArgumentOutOfRangeException(
                nameof(targetDecibels), targetDecibels, "Expected a loudness from -100 to 0 dB relative to full scale.");
        }

        _target = targetDecibels;
    }

    /// <inheritdoc/>
    public string Name => "loudness";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The numbers of clips and prompts differ, or a clip is empty or holds NaN or infinity.</exception>
    public Task<IReadOnlyList<float>> ScoreAsync(
        IReadOnlyList<AudioClip> clips, IReadOnlyList<Prompt> prompts, CancellationToken cancellationToken = default) =>
        Task.Run(
            () => SignalChecks.ScoreEach(clips, prompts, clip => -Math.Abs(Loudness(clip) - _target), cancellationToken), cancellationToken);

    private static double Loudness(AudioClip clip)
    {
        double sum = 0;
        foreach (var sample in clip.Samples.Span)
        {
            sum += (double)sample * sample;
        }

        return Math.Max(Floor, 10 * Math.Log10(sum / clip.Samples.Length));
    }
}
