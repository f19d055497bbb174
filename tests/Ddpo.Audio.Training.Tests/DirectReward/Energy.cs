namespace Ddpo.Audio.Tests.Training.DirectReward;

/// <summary>The mean square of a clip, and its gradient.</summary>
internal sealed class Energy(string name) : IDifferentiableReward
{
    public string Name => name;

    public string? GradientProblem { get; init; }

    public (float Value, bool IsShort)? Broken { get; init; }

    /// <summary>Called before a gradient is given.</summary>
    public Action? Asked { get; init; }

    public Task<IReadOnlyList<float>> ScoreAsync(
        IReadOnlyList<AudioClip> clips, IReadOnlyList<Prompt> prompts, CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<float>>([.. clips.Select(Score)]);

    public Task<IReadOnlyList<ScoreGradient>> ScoreWithGradientAsync(
        IReadOnlyList<AudioClip> clips, IReadOnlyList<Prompt> prompts, CancellationToken cancellationToken = default)
    {
        Asked?.Invoke();
        return Task.FromResult<IReadOnlyList<ScoreGradient>>([.. clips.Select(clip => new ScoreGradient(Score(clip), Gradient(clip)))]);
    }

    private static float Score(AudioClip clip) => clip.Samples.ToArray().Average(sample => sample * sample);

    /// <summary>2 x / n.</summary>
    private float[] Gradient(AudioClip clip) => Broken is { } broken
        ? [.. clip.Samples.ToArray().Skip(broken.IsShort ? 1 : 0).Select(_ => broken.Value)]
        : [.. clip.Samples.ToArray().Select(sample => 2 * sample / clip.Samples.Length)];
}
