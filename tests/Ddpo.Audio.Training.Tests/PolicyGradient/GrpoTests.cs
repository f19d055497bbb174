using Ddpo.Audio.Testing;
using Microsoft.Extensions.Options;

namespace Ddpo.Audio.Tests.Training.PolicyGradient;

public sealed class GrpoTests
{
    private const int OfEach = 4;

    [Fact]
    public async Task Each_prompt_gets_its_samples_side_by_side_and_they_are_measured_against_each_other()
    {
        var given = new Given(0.5f, -0.5f, 1, -1, 0, 0, 1, -1);
        var (epochs, _) = await TrainerFixture.RunAsync(builder => Grpo(builder).UseAdvantages(given));
        var source = PromptSource.FromList("a calm piano", "techno", "a jazz trio with a long and winding introduction");
        Assert.Equal(
            Enumerable.Range(0, epochs.Count).SelectMany(epoch => source.Draw(2, 5, epoch * 2).SelectMany(prompt => Enumerable.Repeat(prompt.Text, OfEach))),
            given.Prompts);
    }

    [Theory]
    [InlineData(AdvantageScale.Global)]
    [InlineData(AdvantageScale.Group)]
    public async Task It_learns_on_the_policy_that_sampled(AdvantageScale scale)
    {
        var (_, start) = await TrainerFixture.RunAsync(builder => Grpo(builder, o => o.AdvantageScale = scale).ConfigureTraining(o => o.NumEpochs = 1));
        var (epochs, weights) = await TrainerFixture.RunAsync(builder => Grpo(builder, o => o.AdvantageScale = scale));
        Assert.NotEqual(start, weights);
        Assert.All(epochs, epoch => Assert.Equal(
            (2, 0, 0), (epoch.Updates, epoch[PolicyGradientMeasurements.OnPolicyRatioError], epoch[PolicyGradientMeasurements.FilteredGroups])));
    }

    [Fact]
    public async Task The_ratio_is_normalised_unless_it_is_told_not_to_be()
    {
        Assert.Equal((true, false), (new GrpoOptions().NormalizeRatio, new DdpoAlgorithmOptions().NormalizeRatio));
        var (_, normalized) = await TrainerFixture.RunAsync(builder => Grpo(builder));
        var (_, plain) = await TrainerFixture.RunAsync(builder => Grpo(builder, o => o.NormalizeRatio = false));
        Assert.NotEqual(plain, normalized);
    }

    [Fact]
    public async Task Where_all_rewards_are_equal_nothing_is_trained_and_the_log_says_so()
    {
        using var log = new LogLines();
        using var folder = new TemporaryFolder();
        await using var pipeline = await TinyPipeline.LoadAsync();
        await using var trainer = Grpo(TrainerFixture.BuilderWithoutReward(pipeline).AddReward(RewardFunction.From("same", (_, _) => 0.3f)))
            .WithLoggerFactory(log).Build();
        var before = await File.ReadAllBytesAsync(await trainer.SaveAsync(folder["before"]));
        var done = new List<(int Step, int Of)>();
        var epochs = await trainer.TrainAsync(new ProgressAction<DdpoProgress>(report =>
        {
            if (report.Stage == DdpoStage.Training)
            {
                done.Add((report.Step, report.TotalSteps));
            }
        })).ToListAsync();

        Assert.Equal(before, await File.ReadAllBytesAsync(await trainer.SaveAsync(folder["after"])));
        Assert.All(epochs, epoch => Assert.Equal(
            (0, 0, double.NaN, 1), (epoch.Updates, epoch.SkippedUpdates, epoch.Loss, epoch[PolicyGradientMeasurements.FilteredGroups])));
        Assert.Equal([(3, 6), (6, 6), (3, 6), (6, 6)], done);
        Assert.Equal(2, log.Warnings.Count(warning => warning.Contains("there was nothing to learn", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_batch_without_advantages_is_not_predicted_and_changes_no_other()
    {
        static Task<(List<DdpoEpoch> Epochs, byte[] Weights)> RunAsync(bool filters, IPolicyObjective objective) => TrainerFixture.RunAsync(builder =>
            Grpo(builder, o => o.FilterZeroVariance = filters)
                .UseAdvantages(new Given(0, 0, 0, 0, 1, -1, 0, 0.5f)).UseObjective(objective)
                .ConfigureTraining(o => o.GradientAccumulationSteps = 2));

        var (some, all) = (new Counting(), new Counting());
        var (filtered, weights) = await RunAsync(filters: true, some);
        var (_, expected) = await RunAsync(filters: false, all);
        Assert.Equal((2 * 3, 2 * 6), (some.Calls, all.Calls));
        Assert.Equal(expected, weights);
        Assert.All(filtered, epoch => Assert.Equal((1, 0), (epoch.Updates, epoch[PolicyGradientMeasurements.OnPolicyRatioError])));
    }

    [Fact]
    public async Task An_update_that_nothing_is_left_of_is_not_made()
    {
        var (epochs, _) = await TrainerFixture.RunAsync(builder => Grpo(builder).UseAdvantages(new Given(1, -1, 0, 0, 0, 0, 0, 0)));
        Assert.All(epochs, epoch => Assert.Equal((1, 0), (epoch.Updates, epoch.SkippedUpdates)));
        Assert.All(epochs, epoch => Assert.True(double.IsFinite(epoch.Loss) && double.IsFinite(epoch.GradientNorm)));
    }

    [Fact]
    public async Task Samples_that_were_dropped_leave_smaller_groups()
    {
        var (epochs, _) = await TrainerFixture.RunAsync(
            builder => Grpo(builder)
                .AddReward(RewardFunction.From("often", (clip, _) => clip.Samples.ToArray().Max() is var peak && (BitConverter.SingleToInt32Bits(peak) & 3) == 0
                    ? float.NaN : peak))
                .ConfigureRewardFailures(o => (o.Action, o.Retries, o.MaxDroppedFraction) = (RewardFailureAction.DropSamples, 0, 0.9))
                .ConfigureTraining(o => o.NumEpochs = 4),
            withEnergy: false);
        Assert.Contains(epochs, epoch => epoch.DroppedSamples > 0);
        Assert.All(epochs, epoch => Assert.True(epoch.Updates > 0 && double.IsFinite(epoch.Loss), epoch.ToString()));
    }

    [Fact]
    public async Task The_score_function_takes_the_same_first_update_as_importance_sampling()
    {
        static Task<(List<DdpoEpoch> Epochs, byte[] Weights)> RunAsync(DdpoVariant variant) => TrainerFixture.RunAsync(builder => builder
            .UseDdpo(o => o.Variant = variant)
            .ConfigureTraining(o => (o.NumEpochs, o.GradientAccumulationSteps) = (1, 2)));

        var (ratio, expected) = await RunAsync(DdpoVariant.ImportanceSampling);
        var (score, weights) = await RunAsync(DdpoVariant.ScoreFunction);
        Assert.Equal(ratio[0].GradientNorm, score[0].GradientNorm, 1e-5 * ratio[0].GradientNorm);
        Assert.Equal(expected, weights);
        Assert.False(score[0].Measurements.ContainsKey(PolicyGradientMeasurements.ClipFraction));
    }

    [Theory]
    [InlineData("ddpo", KlSpace.NoisePrediction)]
    [InlineData("ddpo_sf", KlSpace.Mean)]
    [InlineData("grpo", KlSpace.NoisePrediction)]
    [InlineData("grpo", KlSpace.Mean)]
    public async Task The_divergence_from_the_model_before_training_is_0_until_the_first_update(string algorithm, KlSpace space)
    {
        DdpoTrainerBuilder Pull(DdpoTrainerBuilder builder, double weight) =>
            Algorithms.Use(builder, algorithm, o => (o.KlWeight, o.KlSpace) = (weight, space)).ConfigureTraining(o => o.GradientAccumulationSteps = 2);

        var (epochs, weights) = await TrainerFixture.RunAsync(builder => Pull(builder, 10));
        var (free, freeWeights) = await TrainerFixture.RunAsync(builder => Pull(builder, 0));
        Assert.Equal(0, epochs[0][PolicyGradientMeasurements.ReferenceKl]);
        Assert.True(epochs[1][PolicyGradientMeasurements.ReferenceKl] > 0, epochs[1].ToString());
        Assert.All(epochs, epoch => Assert.Equal(0, epoch[PolicyGradientMeasurements.OnPolicyRatioError]));
        Assert.Equal(free[0].Loss, epochs[0].Loss);
        Assert.NotEqual(freeWeights, weights);
        Assert.False(free[0].Measurements.ContainsKey(PolicyGradientMeasurements.ReferenceKl));
    }

    [Theory]
    [InlineData("ddpo")]
    [InlineData("grpo")]
    public async Task The_gradient_of_each_denoising_step_can_be_measured_and_nothing_else_changes(string algorithm)
    {
        static DdpoEpoch Rest(DdpoEpoch epoch) => epoch with
        {
            Measurements = epoch.Measurements.Where(one => !one.Key.StartsWith("gradient_norm_step_", StringComparison.Ordinal)).ToDictionary(),
        };

        DdpoTrainerBuilder Measure(DdpoTrainerBuilder builder, bool isOn) =>
            Algorithms.Use(builder, algorithm, o => (o.MeasureStepGradients, o.KlWeight, o.SkipLastTimesteps) = (isOn, 0.5, 1));

        var (measured, weights) = await TrainerFixture.RunAsync(builder => Measure(builder, true));
        var (plain, expected) = await TrainerFixture.RunAsync(builder => Measure(builder, false));
        Assert.Equal(expected, weights);
        Assert.Equal(TrainerFixture.Numbers(plain), TrainerFixture.Numbers(measured.Select(Rest)));
        Assert.All(measured, epoch => Assert.All(Enumerable.Range(0, 3), step => Assert.True(epoch[PolicyGradientMeasurements.GradientNormOfStep(step)] > 0)));
        Assert.DoesNotContain("gradient_norm_step_3", measured[0].Measurements.Keys);
    }

    [Fact]
    public async Task Settings_of_an_algorithm_that_is_not_used_are_not_looked_at()
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        await using var ddpo = TrainerFixture.Builder(pipeline).UseGrpo(o => (o.ClipRange, o.SamplesPerPrompt) = (-1, 3)).UseDdpo().Build();
        await using var grpo = Grpo(TrainerFixture.Builder(pipeline)
            .UseDdpo(o => (o.KlWeight, o.TimestepFraction, o.PerPromptStatTracking) = (-1, 0, new() { BufferSize = 0 }))).Build();
        var options = new DdpoOptions { Algorithm = (TrainingAlgorithm)7 };
        Assert.Contains(
            Assert.Throws<OptionsValidationException>(new DdpoTrainerBuilder(options).Build).Failures,
            failure => failure.StartsWith("Algorithm is 7; expected Ddpo, Grpo", StringComparison.Ordinal));
    }

    private static DdpoTrainerBuilder Grpo(DdpoTrainerBuilder builder, Action<GrpoOptions>? configure = null) => builder.UseGrpo(o =>
    {
        o.SamplesPerPrompt = OfEach;
        configure?.Invoke(o);
    });

    /// <summary>Advantages that do not depend on rewards.</summary>
    private sealed class Given(params float[] advantages) : IAdvantageEstimator
    {
        public List<string> Prompts { get; } = [];

        public IReadOnlyList<float> Estimate(IReadOnlyList<float> rewards, IReadOnlyList<Prompt> prompts)
        {
            Prompts.AddRange(prompts.Select(prompt => prompt.Text));
            return advantages;
        }
    }

    private sealed class Counting : IPolicyObjective
    {
        public int Calls { get; private set; }

        public IReadOnlyList<string> Measurements { get; } = [];

        public PolicyLoss Compute(PolicyStep policyStep)
        {
            Calls++;
            return new PolicyLoss(-(policyStep.Ratio * policyStep.Advantages).mean(), []);
        }
    }
}
