using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Evaluation;

/// <summary>Rewards whose scores can be told from the clip: the first sample.</summary>
internal static class FakeRewards
{
    public static IRewardFunction First(string name = "clap_score") => RewardFunction.From(name, (clip, _) => clip.Samples.Span[0]);

    /// <summary>Writes one WAV for each value, named 0.wav, 1.wav and so on.</summary>
    public static TemporaryFolder Clips(params float[] values)
    {
        var folder = new TemporaryFolder();
        for (var i = 0; i < values.Length; i++)
        {
            WaveFile.Write(folder[$"{i}.wav"], new AudioClip(new[] { values[i], 0, 0, 0 }, 16000), WaveEncoding.Float32);
        }

        return folder;
    }
}

/// <summary>As <see cref="FakeRewards.First"/>, with a name of its own for its scores.</summary>
internal sealed class FakeSimilarity : IRewardFunction
{
    private readonly IRewardFunction _inner = FakeRewards.First();

    public string Name => _inner.Name;

    public string ScoreColumn => "sim_score";

    public Task<IReadOnlyList<float>> ScoreAsync(
        IReadOnlyList<AudioClip> clips, IReadOnlyList<Prompt> prompts, CancellationToken cancellationToken = default) =>
        _inner.ScoreAsync(clips, prompts, cancellationToken);
}

/// <summary>Hears label i in clips that begin with i / 10, and wants the one in the prompt's metadata.</summary>
internal sealed class FakeClassifier(string name = "emo_score") : IClassifierReward
{
    public string Name => name;

    public IReadOnlyList<string> Labels { get; } = ["Q1", "Q2", "Q3", "Q4"];

    public Task<IReadOnlyList<Classification>> ClassifyAsync(
        IReadOnlyList<AudioClip> clips, IReadOnlyList<Prompt> prompts, CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<Classification>>([.. clips.Zip(prompts, Classify)]);

    public async Task<IReadOnlyList<float>> ScoreAsync(
        IReadOnlyList<AudioClip> clips, IReadOnlyList<Prompt> prompts, CancellationToken cancellationToken = default) =>
        [.. (await ClassifyAsync(clips, prompts, cancellationToken)).Select(decision => decision.Score)];

    private Classification Classify(AudioClip clip, Prompt prompt)
    {
        var target = prompt.Metadata.GetValueOrDefault("quadrant")
            ?? throw new InvalidOperationException($"The prompt \"{prompt}\" does not say which quadrant it wants.");
        var heard = (int)MathF.Round(clip.Samples.Span[0] * 10);
        var values = Labels.Select((_, i) => i == heard ? 0.7f : 0.1f).ToArray();
        return new Classification(values[Labels.ToList().IndexOf(target)] - 0.7f, target, Labels[heard], values);
    }
}
