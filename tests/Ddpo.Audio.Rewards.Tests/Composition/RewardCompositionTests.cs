using static Ddpo.Audio.Rewards.Tests.Composition.FakeReward;

namespace Ddpo.Audio.Rewards.Tests.Composition;

public sealed class RewardCompositionTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task A_classifier_stays_one_and_nothing_else_becomes_one()
    {
        var fake = new FakeReward();
        Assert.IsNotAssignableFrom<IClassifierReward>(fake.Plain().WithTimeLimit(s_limit));
        IRewardFunction reward = fake;
        var classifier = Assert.IsAssignableFrom<IClassifierReward>(reward.WithTimeLimit(s_limit));
        Assert.Equal(fake.Labels, classifier.Labels);
        Assert.Equal(("fake", "fakes"), (classifier.Name, classifier.ScoreColumn));
        var heard = Assert.Single(await classifier.ClassifyAsync([Clip(1)], ["a"]));
        Assert.Equal((2f, "high"), (heard.Score, heard.Predicted));
        Assert.Equal(["low", "high"], fake.WithTimeLimit(s_limit).Labels); // at compile time, too
    }

    [Fact]
    public async Task Bad_input_is_refused()
    {
        Assert.Throws<ArgumentNullException>(() => ((IRewardFunction)null!).WithTimeLimit(s_limit));
        var reward = new FakeReward().WithTimeLimit(s_limit);
        await Assert.ThrowsAsync<ArgumentNullException>(() => reward.ScoreAsync(null!, []));
        await Assert.ThrowsAsync<ArgumentException>(() => reward.ScoreAsync([], ["a"]));
        await Assert.ThrowsAsync<ArgumentException>(() => reward.ClassifyAsync([], ["a"]));
        Assert.Empty(await reward.ScoreAsync([], []));
    }
}
