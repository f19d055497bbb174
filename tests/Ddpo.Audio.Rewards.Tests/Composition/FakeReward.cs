namespace Ddpo.Audio.Rewards.Tests.Composition;

/// <summary>A classifier that says what it is told to, and keeps what it was asked.</summary>
internal sealed class FakeReward(Func<AudioClip, Prompt, float> score) : IClassifierReward
{
    public FakeReward()
        : this((clip, prompt) => clip.Samples.Span[0] + prompt.Text.Length)
    {
    }

    /// <summary>The number of clips of each call, in order.</summary>
    public List<int> Calls { get; } = [];

    /// <summary>What a call waits for or throws before it answers; nothing by default.</summary>
    public Func<CancellationToken, Task> Before { get; set; } = _ => Task.CompletedTask;

    public string Name => "fake";

    public string ScoreColumn => "fakes";

    public IReadOnlyList<string> Labels { get; } = ["low", "high"];

    public async Task<IReadOnlyList<float>> ScoreAsync(
        IReadOnlyList<AudioClip> clips, IReadOnlyList<Prompt> prompts, CancellationToken cancellationToken = default)
    {
        Calls.Add(clips.Count);
        await Before(cancellationToken);
        return [.. clips.Zip(prompts, score)];
    }

    public async Task<IReadOnlyList<Classification>> ClassifyAsync(
        IReadOnlyList<AudioClip> clips, IReadOnlyList<Prompt> prompts, CancellationToken cancellationToken = default) =>
        [.. (await ScoreAsync(clips, prompts, cancellationToken)).Select(
            value => new Classification(value, "high", value < 0 ? "low" : "high", [-value, value]))];

    /// <summary>A clip of two samples.</summary>
    public static AudioClip Clip(float first, float second = 0, int rate = 16000, int channels = 1) =>
        new(new[] { first, second }, rate, channels);

    /// <summary>The same reward, without its labels.</summary>
    public IRewardFunction Plain() => RewardFunction.FromBatch(Name, ScoreAsync);
}
