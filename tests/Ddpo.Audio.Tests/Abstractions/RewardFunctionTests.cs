namespace Ddpo.Audio.Tests.Abstractions;

public sealed class RewardFunctionTests
{
    private static readonly AudioClip[] s_clips = [new(new float[100], 100), new(new float[300], 100)];
    private static readonly Prompt[] s_prompts = ["a", "bb"];

    [Fact]
    public async Task A_function_scores_each_clip_with_its_prompt()
    {
        var reward = RewardFunction.From("length", (clip, prompt) => clip.Frames + prompt.Text.Length);

        Assert.Equal("length", reward.Name);
        Assert.Equal([101, 302], await reward.ScoreAsync(s_clips, s_prompts));
    }

    [Fact]
    public async Task An_asynchronous_function_gets_the_cancellation()
    {
        using var cancellation = new CancellationTokenSource();
        var calls = 0;
        var reward = RewardFunction.From("slow", async (_, _, token) =>
        {
            calls++;
            await cancellation.CancelAsync();
            return token.IsCancellationRequested ? 1 : 0;
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reward.ScoreAsync(s_clips, s_prompts, cancellation.Token));
        Assert.Equal(1, calls);
    }

    [Fact]
    public async Task A_batch_function_must_give_one_score_a_clip()
    {
        var good = RewardFunction.FromBatch("good", (clips, _, _) => Task.FromResult<IReadOnlyList<float>>([.. clips.Select(clip => (float)clip.Frames)]));
        var bad = RewardFunction.FromBatch("bad", (_, _, _) => Task.FromResult<IReadOnlyList<float>>([1]));

        Assert.Equal([100, 300], await good.ScoreAsync(s_clips, s_prompts));
        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => bad.ScoreAsync(s_clips, s_prompts));
        Assert.Contains("'bad' gave 1 scores for 2 clips", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clips_and_prompts_must_be_as_many() =>
        await Assert.ThrowsAsync<ArgumentException>(() => RewardFunction.From("any", (_, _) => 0).ScoreAsync(s_clips, ["a"]));

    [Fact]
    public void A_reward_needs_a_name_and_a_function()
    {
        Assert.Throws<ArgumentException>(() => RewardFunction.From(" ", (_, _) => 0));
        Assert.Throws<ArgumentNullException>(() => RewardFunction.From("none", (Func<AudioClip, Prompt, float>)null!));
    }
}
