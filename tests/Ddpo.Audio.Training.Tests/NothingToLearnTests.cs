using Ddpo.Audio.Testing;
using Ddpo.Audio.Tests.Training.DirectReward;
using Microsoft.Extensions.Options;

namespace Ddpo.Audio.Tests.Training;

/// <summary>Where no sample is better than another, training says so instead of following the rounding.</summary>
public sealed class NothingToLearnTests
{
    private static readonly IRewardFunction s_constant = RewardFunction.From("same", (_, _) => 0.3f);

    public static TheoryData<TrainingAlgorithm> Comparing =>
        [TrainingAlgorithm.Ddpo, TrainingAlgorithm.Grpo, TrainingAlgorithm.Rwr, TrainingAlgorithm.Awm, TrainingAlgorithm.Nft];

    [Theory]
    [MemberData(nameof(Comparing))]
    public async Task A_constant_reward_is_warned_of_in_each_epoch_and_teaches_nothing(TrainingAlgorithm algorithm)
    {
        using var log = new LogLines();
        var (epochs, weights) = await TrainerFixture.RunAsync(
            builder => Use(builder, algorithm).AddReward(s_constant).ConfigureTraining(o => o.AdamWeightDecay = 0).WithLoggerFactory(log), withEnergy: false);
        var (_, untrained) = await TrainerFixture.RunAsync(
            builder => Use(builder, algorithm).AddReward(s_constant).ConfigureTraining(o => (o.AdamWeightDecay, o.NumEpochs) = (0, 1)), withEnergy: false);

        Assert.Equal(epochs.Count, log.Warnings.Count(line => line.Contains("there was nothing to learn", StringComparison.Ordinal)));
        Assert.Equal(untrained, weights);
    }

    [Fact]
    public async Task With_per_prompt_statistics_a_constant_reward_is_warned_of_too()
    {
        using var log = new LogLines();
        var (epochs, _) = await TrainerFixture.RunAsync(
            builder => builder.UseDdpo(o => o.PerPromptStatTracking = new() { MinCount = 1 }).AddReward(s_constant).WithLoggerFactory(log), withEnergy: false);
        Assert.Equal(epochs.Count, log.Warnings.Count(line => line.Contains("there was nothing to learn", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(1, 0)]
    public async Task A_reward_without_a_gradient_is_warned_of_in_each_epoch(float gradient, int warnings)
    {
        using var log = new LogLines();
        await TrainerFixture.RunAsync(
            builder => builder.UseDraft().AddReward(new Energy("flat") { Broken = (gradient, false) }).WithLoggerFactory(log), withEnergy: false);
        Assert.Equal(warnings, log.Warnings.Count(line => line.Contains("gradient of 0", StringComparison.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(Comparing))]
    public void An_epoch_of_one_sample_is_refused(TrainingAlgorithm algorithm)
    {
        var builder = Use(new DdpoTrainerBuilder(), algorithm).ConfigureSampling(o => (o.BatchSize, o.NumBatchesPerEpoch) = (1, 1));
        var error = Assert.Throws<OptionsValidationException>(builder.Build);
        Assert.Contains(error.Failures, failure => failure.StartsWith("An epoch has 1 sample", StringComparison.Ordinal));
    }

    [Fact]
    public void One_sample_is_enough_where_it_is_measured_against_something_else()
    {
        DdpoTrainerBuilder[] builders =
        [
            new DdpoTrainerBuilder().UseDdpo(o => o.PerPromptStatTracking = new()),
            new DdpoTrainerBuilder().UseDraft(),
            new DdpoTrainerBuilder().UseDdpo().UseAdvantages(new Zero()),
        ];
        foreach (var builder in builders)
        {
            builder.ConfigureSampling(o => (o.BatchSize, o.NumBatchesPerEpoch) = (1, 1));
            var error = Assert.Throws<OptionsValidationException>(builder.Build); // there is no pipeline
            Assert.DoesNotContain(error.Failures, failure => failure.StartsWith("An epoch has 1 sample", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_memory_of_one_reward_is_refused()
    {
        var builder = new DdpoTrainerBuilder().UseDdpo(o => o.PerPromptStatTracking = new() { BufferSize = 1, MinCount = 1 });
        var error = Assert.Throws<OptionsValidationException>(builder.Build);
        Assert.Contains(error.Failures, failure => failure.StartsWith("BufferSize is 1; expected at least 2", StringComparison.Ordinal));
    }

    private static DdpoTrainerBuilder Use(DdpoTrainerBuilder builder, TrainingAlgorithm algorithm) => algorithm switch
    {
        TrainingAlgorithm.Grpo => builder.UseGrpo(o => o.SamplesPerPrompt = 4),
        TrainingAlgorithm.Rwr => builder.UseRwr(),
        TrainingAlgorithm.Awm => builder.UseAwm(o => o.SamplesPerPrompt = 4),
        TrainingAlgorithm.Nft => builder.UseNft(o => o.SamplesPerPrompt = 4),
        _ => builder.UseDdpo(o => o.PerPromptStatTracking = null),
    };

    private sealed class Zero : IAdvantageEstimator
    {
        public IReadOnlyList<float> Estimate(IReadOnlyList<float> rewards, IReadOnlyList<Prompt> prompts) => new float[rewards.Count];
    }
}
