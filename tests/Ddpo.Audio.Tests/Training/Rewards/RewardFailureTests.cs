using Ddpo.Audio.Tests.Pipelines;

namespace Ddpo.Audio.Tests.Training.Rewards;

public sealed class RewardFailureTests
{
    [Fact]
    public async Task A_reward_that_throws_is_reported_with_its_name_and_cause()
    {
        var error = await TrainWith(RewardFunction.From("judge", float (_, _) => throw new InvalidDataException("no power")));
        Assert.Contains("'judge'", error.Message, StringComparison.Ordinal);
        Assert.Contains("no power", error.Message, StringComparison.Ordinal);
        Assert.IsType<InvalidDataException>(error.InnerException);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public async Task A_value_that_is_not_finite_is_reported_with_the_sample_and_its_prompt(float value)
    {
        var calls = 0;
        var error = await TrainWith(RewardFunction.From("judge", (_, _) => ++calls == 3 ? value : 1));
        Assert.Contains("sample 2", error.Message, StringComparison.Ordinal);
        Assert.Contains("prompt \"", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_number_of_values_is_reported_with_both_numbers()
    {
        var error = await TrainWith(new Constant(3));
        Assert.Contains("3 values for 4 clips", error.Message, StringComparison.Ordinal);
    }

    private static async Task<RewardException> TrainWith(IRewardFunction reward)
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        await using var trainer = TrainerFixture.Builder(pipeline).AddReward(reward).Build();
        return await Assert.ThrowsAsync<RewardException>(async () => await trainer.TrainAsync().ToListAsync());
    }

    private sealed class Constant(int count) : IRewardFunction
    {
        public string Name => "constant";

        public Task<IReadOnlyList<float>> ScoreAsync(
            IReadOnlyList<AudioClip> clips, IReadOnlyList<Prompt> prompts, CancellationToken cancellationToken = default) =>
            Task.FromResult<IReadOnlyList<float>>(new float[count]);
    }
}
