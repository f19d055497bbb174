using static Ddpo.Audio.Rewards.Tests.Composition.FakeReward;

namespace Ddpo.Audio.Rewards.Tests.Composition;

public sealed class RewardCompositionTests
{
    public static TheoryData<Func<IRewardFunction, IRewardFunction>> Decorators =>
    [
        reward => reward.WithCache(10),
        reward => reward.WithTimeLimit(TimeSpan.FromMinutes(2)),
        reward => reward.WithRetry(),
        reward => reward.WithTimeLimit(TimeSpan.FromMinutes(2)).WithRetry().WithCache(10),
    ];

    [Theory]
    [MemberData(nameof(Decorators))]
    public async Task A_classifier_stays_one_and_nothing_else_becomes_one(Func<IRewardFunction, IRewardFunction> decorate)
    {
        var fake = new FakeReward();
        Assert.IsNotAssignableFrom<IClassifierReward>(decorate(fake.Plain()));
        var classifier = Assert.IsAssignableFrom<IClassifierReward>(decorate(fake));
        Assert.Equal(fake.Labels, classifier.Labels);
        Assert.Equal("fake", classifier.Name);
        var heard = Assert.Single(await classifier.ClassifyAsync([Clip(1)], ["a"]));
        Assert.Equal((2f, "high"), (heard.Score, heard.Predicted));
    }

    [Fact]
    public void A_classifier_is_one_at_compile_time()
    {
        IClassifierReward[] all = [new FakeReward().WithCache(1), new FakeReward().WithRetry(), new FakeReward().WithTimeLimit(TimeSpan.FromDays(1))];
        Assert.All(all, reward => Assert.Equal(["low", "high"], reward.Labels));
    }

    [Theory]
    [MemberData(nameof(Decorators))]
    public async Task Bad_input_is_refused(Func<IRewardFunction, IRewardFunction> decorate)
    {
        Assert.Throws<ArgumentNullException>(() => decorate(null!));
        await Assert.ThrowsAsync<ArgumentNullException>(() => decorate(new FakeReward()).ScoreAsync(null!, []));
        await Assert.ThrowsAsync<ArgumentException>(() => decorate(new FakeReward()).ScoreAsync([], ["a"]));
        Assert.Empty(await decorate(new FakeReward()).ScoreAsync([], []));
    }

    [Fact]
    public async Task Each_try_has_its_own_time_and_what_is_remembered_is_not_tried()
    {
        var tries = 0;
        var fake = new FakeReward { Before = cancellationToken => ++tries == 1 ? Task.Delay(Timeout.Infinite, cancellationToken) : Task.CompletedTask };
        var reward = fake.WithTimeLimit(TimeSpan.FromMilliseconds(200)).WithRetry(new() { Delay = TimeSpan.Zero, MaxAttempts = 100 }).WithCache(10);
        Assert.Equal([2], await reward.ScoreAsync([Clip(1)], ["a"]));
        var calls = fake.Calls.Count;
        Assert.True(calls > 1, "the first call should have taken too long");
        Assert.Equal([2], await reward.ScoreAsync([Clip(1)], ["a"]));
        Assert.Equal(calls, fake.Calls.Count);
    }
}
