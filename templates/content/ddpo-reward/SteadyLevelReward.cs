using Ddpo.Audio;

namespace DdpoReward;

/// <summary>Rewards a level that stays the same: minus the difference in decibels between the loudest and the softest quarter of a second.</summary>
/// <remarks>Higher is better, 0 is best. Any thread may call it.</remarks>
public sealed class SteadyLevelReward : IRewardFunction
{
    private const double Floor = 1e-5; // -100 dB

    /// <inheritdoc/>
    public string Name => "steady_level";

    /// <inheritdoc/>
    public Task<IReadOnlyList<float>> ScoreAsync(
        IReadOnlyList<AudioClip> clips, IReadOnlyList<Prompt> prompts, CancellationToken cancellationToken = default) =>
        Task.Run<IReadOnlyList<float>>(() => clips.Select(clip =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            return Score(clip);
        }).ToArray(), cancellationToken);

    private static float Score(AudioClip clip)
    {
        var length = Math.Max(1, clip.SampleRate / 4);
        var levels = Enumerable.Range(0, Math.Max(1, clip.Samples.Length / length))
            .Select(i => clip.Samples.Slice(i * length, Math.Min(length, clip.Samples.Length - (i * length))))
            .Select(RootMeanSquare).ToArray();
        return (float)(20 * Math.Log10(levels.Min() / levels.Max()));
    }

    private static double RootMeanSquare(ReadOnlyMemory<float> samples)
    {
        var sum = 0.0;
        foreach (var sample in samples.Span)
        {
            sum += (double)sample * sample;
        }

        return Math.Max(Floor, Math.Sqrt(sum / samples.Length));
    }
}
