using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Training.Rewards;

public sealed class RewardWeightTests
{
    private static readonly IRewardFunction s_length = RewardFunction.From("length", (_, prompt) => prompt.Text.Length);

    [Fact]
    public async Task The_reward_that_is_trained_on_is_the_weighted_sum()
    {
        var (epochs, _) = await TrainerFixture.RunAsync(builder => builder.AddReward(s_length, -0.5));
        Assert.All(epochs, epoch =>
        {
            Assert.Equal(["energy", "length"], epoch.Rewards.Keys.Order());
            var (energy, length) = (epoch.Rewards["energy"], epoch.Rewards["length"]);
            Assert.Equal(energy.Mean - (0.5 * length.Mean), epoch.Reward.Mean, 1e-4 * (Math.Abs(energy.Mean) + length.Mean));
            Assert.InRange(epoch.Reward.Min, energy.Min - (0.5 * length.Max) - 1e-3, epoch.Reward.Mean);
            Assert.True(length.Std > 0, "the prompts should differ in length");
        });
    }

    [Fact]
    public async Task A_negative_weight_trains_the_other_way()
    {
        var up = await FirstUpdateAsync(1);
        var down = await FirstUpdateAsync(-1);
        Assert.Equal(up.Count, down.Count);
        Assert.All(up.Keys, name =>
        {
            Assert.Contains(up[name], value => value != 0);
            Assert.Equal(up[name].Select(value => -value), down[name]);
        });
    }

    /// <summary>The B matrices, 0 at first, after one update.</summary>
    private static async Task<Dictionary<string, float[]>> FirstUpdateAsync(double weight)
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        await using var trainer = new DdpoTrainerBuilder()
            .UsePipeline(pipeline)
            .UseLora(o => o.Rank = 2)
            .UsePrompts(PromptSource.FromList("a calm piano", "techno"))
            .AddReward(TrainerFixture.Energy, weight)
            .ConfigureSampling(o =>
            {
                (o.NumInferenceSteps, o.BatchSize, o.NumBatchesPerEpoch) = (2, 4, 1);
                o.Duration = TimeSpan.FromSeconds(0.2);
            })
            .ConfigureTraining(o => o.NumEpochs = 1)
            .WithSeed(5)
            .Build();
        Assert.Equal(1, Assert.Single(await trainer.TrainAsync().ToListAsync()).Updates);

        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        using var saved = CheckpointFile.Open(await trainer.SaveAsync(folder.Root));
        return saved.Entries.Keys
            .Where(name => name.Contains("lora_B", StringComparison.Ordinal))
            .ToDictionary(name => name, name => saved.Read(name).data<float>().ToArray());
    }
}
