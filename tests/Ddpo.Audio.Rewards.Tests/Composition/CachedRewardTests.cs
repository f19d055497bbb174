using static Ddpo.Audio.Rewards.Tests.Composition.FakeReward;

namespace Ddpo.Audio.Rewards.Tests.Composition;

public sealed class CachedRewardTests
{
    [Fact]
    public async Task Only_what_is_not_remembered_is_scored_and_in_one_call()
    {
        var fake = new FakeReward();
        var cached = fake.WithCache(10);
        Assert.Equal([2, 3], await cached.ScoreAsync([Clip(1), Clip(2)], ["a", "a"]));
        Assert.Equal([5, 3, 2, 6], await cached.ScoreAsync([Clip(4), Clip(2), Clip(1), Clip(5)], ["a", "a", "a", "a"]));
        Assert.Equal([2], await cached.ScoreAsync([Clip(1)], ["a"]));
        Assert.Equal([2, 2], fake.Calls);
    }

    [Fact]
    public async Task A_clip_that_is_twice_in_a_batch_is_scored_once()
    {
        var fake = new FakeReward();
        Assert.Equal([2, 3, 2], await fake.WithCache(1).ScoreAsync([Clip(1), Clip(2), Clip(1)], ["a", "a", "a"]));
        Assert.Equal([2], fake.Calls);
    }

    public static TheoryData<AudioClip, Prompt> Others => new()
    {
        { Clip(1, 1), new Prompt("a") },
        { Clip(1, 2, rate: 8000), new Prompt("a") },
        { Clip(1, 2, channels: 2), new Prompt("a") },
        { new AudioClip(new[] { 1f, 2, 0 }, 16000), new Prompt("a") },
        { Clip(1, 2), new Prompt("b") },
        { Clip(1, 2), new Prompt("a") { NegativeText = "" } },
        { Clip(1, 2), new Prompt("a") { Metadata = new Dictionary<string, string> { ["k"] = "v" } } },
    };

    [Theory]
    [MemberData(nameof(Others))]
    public async Task Whatever_a_reward_can_see_tells_clips_apart(AudioClip clip, Prompt prompt)
    {
        var fake = new FakeReward();
        var cached = fake.WithCache(10);
        await cached.ScoreAsync([Clip(1, 2)], ["a"]);
        await cached.ScoreAsync([clip], [prompt]);
        Assert.Equal([1, 1], fake.Calls);
        await cached.ScoreAsync([new AudioClip(clip.Samples.ToArray(), clip.SampleRate, clip.Channels)], [prompt with { }]);
        Assert.Equal([1, 1], fake.Calls);
    }

    [Fact]
    public async Task The_order_of_metadata_does_not_matter_and_its_names_and_values_do_not_run_together()
    {
        var fake = new FakeReward();
        var cached = fake.WithCache(10);
        Prompt With(params (string Key, string Value)[] metadata) => new("a") { Metadata = metadata.ToDictionary(m => m.Key, m => m.Value) };
        await cached.ScoreAsync([Clip(1)], [With(("k", "v"), ("l", "w"))]);
        await cached.ScoreAsync([Clip(1)], [With(("l", "w"), ("k", "v"))]);
        Assert.Equal([1], fake.Calls);
        await cached.ScoreAsync([Clip(1)], [With(("kv", ""), ("l", "w"))]);
        Assert.Equal([1, 1], fake.Calls);
    }

    [Fact]
    public async Task What_was_not_asked_for_the_longest_is_forgotten_first()
    {
        var fake = new FakeReward();
        var cached = fake.WithCache(2);
        Task Ask(float clip) => cached.ScoreAsync([Clip(clip)], ["a"]);
        await Ask(1);
        await Ask(2);
        await Ask(1);
        await Ask(3); // forgets 2
        Assert.Equal([1, 1, 1], fake.Calls);
        await Ask(1);
        await Ask(3);
        Assert.Equal([1, 1, 1], fake.Calls);
        await Ask(2);
        Assert.Equal([1, 1, 1, 1], fake.Calls);
    }

    [Fact]
    public async Task A_failure_is_not_remembered()
    {
        var fake = new FakeReward { Before = _ => throw new InvalidDataException() };
        var cached = fake.WithCache(2);
        await Assert.ThrowsAsync<InvalidDataException>(() => cached.ScoreAsync([Clip(1)], ["a"]));
        fake.Before = _ => Task.CompletedTask;
        Assert.Equal([2], await cached.ScoreAsync([Clip(1)], ["a"]));
    }

    [Fact]
    public async Task Classifications_are_remembered_too()
    {
        var fake = new FakeReward();
        var cached = fake.WithCache(10);
        var first = await cached.ClassifyAsync([Clip(1), Clip(-9)], ["a", "a"]);
        var second = await cached.ClassifyAsync([Clip(-9), Clip(1)], ["a", "a"]);
        Assert.Equal(["high", "low"], first.Select(classification => classification.Predicted));
        Assert.Equal(first, second.Reverse());
        Assert.Equal([2], fake.Calls);
        Assert.Equal([2], await cached.ScoreAsync([Clip(1)], ["a"]));
    }

    [Fact]
    public async Task Many_threads_may_ask()
    {
        var cached = RewardFunction.From("first sample", (clip, _) => clip.Samples.Span[0]).WithCache(5);
        await Parallel.ForAsync(0, 400, async (i, cancellationToken) => Assert.Equal(
            [i % 7, (i + 3) % 7], await cached.ScoreAsync([Clip(i % 7), Clip((i + 3) % 7)], ["a", "a"], cancellationToken)));
    }

    [Fact]
    public async Task Wrong_counts_and_capacities_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new FakeReward().WithCache(0));
        var cached = new FakeReward().WithCache(1);
        await Assert.ThrowsAsync<ArgumentException>(() => cached.ScoreAsync([Clip(1)], []));
        var broken = new TooFew().WithCache(1);
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => broken.ScoreAsync([Clip(1), Clip(2)], ["a", "a"]));
        Assert.Equal("Reward 'too few' returned 0 values for 2 clips; expected one for each.", error.Message);
    }

    private sealed class TooFew : IRewardFunction
    {
        public string Name => "too few";

        public Task<IReadOnlyList<float>> ScoreAsync(
            IReadOnlyList<AudioClip> clips, IReadOnlyList<Prompt> prompts, CancellationToken cancellationToken = default) =>
            Task.FromResult<IReadOnlyList<float>>([]);
    }
}
