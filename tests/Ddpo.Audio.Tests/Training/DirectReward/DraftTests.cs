using Ddpo.Audio.Testing;
using Ddpo.Audio.Tests.Pipelines;
using Ddpo.Audio.Tests.Training.Runs;
using Microsoft.Extensions.Options;

namespace Ddpo.Audio.Tests.Training.DirectReward;

public sealed class DraftTests
{
    public static TheoryData<string, Action<DdpoTrainerBuilder>> Mistakes => new()
    {
        { "GradientSteps is 4; expected at most the 3", b => b.UseDraft(o => o.GradientSteps = 4) },
        { "GradientSteps is -1", b => b.UseDraft(o => o.GradientSteps = -1) },
        { "Reward 'energy' (DelegateReward) cannot be differentiated", b => b.UseDraft().AddReward(TrainerFixture.Energy) },
        { "BatchSize is 2, but DRaFT trains on batches as they are sampled (4)", b => b.UseDraft().ConfigureTraining(o => o.BatchSize = 2) },
        { "normalization of reward 'other' is Rank", b => b.UseDraft().AddReward(new Energy("other"), 1, RewardNormalization.Rank) },
        { "does not divide the 8 samples", b => b.UseDraft().ConfigureTraining(o => o.GradientAccumulationSteps = 3) },
    };

    [Theory]
    [InlineData(0, 0.05)]
    [InlineData(1, 0.05)]
    public async Task The_reward_rises_with_gradients_through_all_steps_and_through_the_last(int steps, double learningRate)
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        await using var trainer = Builder(pipeline).UseDraft(o => o.GradientSteps = steps)
            .ConfigureTraining(o => (o.NumEpochs, o.LearningRate) = (6, learningRate)).Build();
        var epochs = await trainer.TrainAsync().ToListAsync();
        Assert.All(epochs, epoch => Assert.Equal((2, 8), (epoch.Updates, epoch.Reward.Count)));
        Assert.All(epochs, epoch => Assert.Equal(-epoch.Reward.Mean, epoch.Loss, 1e-6 * Math.Abs(epoch.Loss)));
        Assert.True(epochs[^1].Reward.Mean > epochs[0].Reward.Mean, $"from {epochs[0].Reward.Mean} to {epochs[^1].Reward.Mean}");
        Assert.Equal(epochs[0].Metrics["again"].Mean, epochs[0].Reward.Mean, 1e-6);
    }

    [Fact]
    public async Task A_run_that_was_left_and_resumed_is_bit_for_bit_the_run_that_was_not()
    {
        using var folder = new TemporaryFolder();
        var whole = await RunAsync(folder["whole"], int.MaxValue, null);
        var first = await RunAsync(folder["parts"], 2, null);
        var rest = await RunAsync(folder["parts"], int.MaxValue, CheckpointOptions.Latest);
        Assert.Equal(TrainerFixture.Numbers(whole), TrainerFixture.Numbers([.. first, .. rest]));
        Assert.Equal(RunDigest.Of(folder["whole"], 4), RunDigest.Of(folder["parts"], 4));
    }

    [Theory]
    [InlineData(float.NaN, false)]
    [InlineData(0, true)]
    public async Task A_gradient_that_is_not_finite_or_too_short_stops_training_with_the_rewards_name(float value, bool isShort)
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        await using var trainer = TrainerFixture.BuilderWithoutReward(pipeline).UseDraft().AddReward(new Energy("broken") { Broken = (value, isShort) }).Build();
        var error = await Assert.ThrowsAsync<RewardException>(async () => await trainer.TrainAsync().ToListAsync());
        Assert.Contains("'broken', sample 0", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task What_cannot_be_is_refused_when_the_trainer_is_built(string expected, Action<DdpoTrainerBuilder> mistake)
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        var builder = Builder(pipeline);
        mistake(builder);
        var error = Assert.Throws<OptionsValidationException>(builder.Build);
        Assert.Contains(error.Failures, failure => failure.Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void An_own_algorithm_has_to_be_given()
    {
        var error = Assert.Throws<OptionsValidationException>(new DdpoTrainerBuilder(new DdpoOptions { Algorithm = TrainingAlgorithm.Own }).Build);
        Assert.Contains(error.Failures, failure => failure.Contains("Algorithm is Own, but there is none", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_epoch_leaves_no_tensors()
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        await LiveTensors.AssertFlatAsync(
            async () =>
            {
                await using var trainer = Builder(pipeline).UseDraft().ConfigureTraining(o => o.NumEpochs = 1).Build();
                Assert.Single(await trainer.TrainAsync().ToListAsync());
            },
            times: 2);
    }

    private static DdpoTrainerBuilder Builder(AudioLdm2Pipeline pipeline) =>
        TrainerFixture.BuilderWithoutReward(pipeline).AddReward(new Energy("first")).AddMetric(new Energy("again"));

    private static async Task<List<DdpoEpoch>> RunAsync(string folder, int leaveAfter, string? resume)
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        await using var trainer = Builder(pipeline).UseDraft(o => o.GradientSteps = 2)
            .ConfigureTraining(o => (o.NumEpochs, o.LearningRate) = (4, 1e-2))
            .ConfigureCheckpoints(o => (o.Directory, o.SaveSamplesEveryEpochs, o.ResumeFrom) = (folder, 1, resume)).Build();
        var epochs = new List<DdpoEpoch>();
        await foreach (var epoch in trainer.TrainAsync())
        {
            epochs.Add(epoch);
            if (epochs.Count == leaveAfter)
            {
                break;
            }
        }

        return epochs;
    }

    /// <summary>The mean square of a clip, and its gradient.</summary>
    private sealed class Energy(string name) : IDifferentiableReward
    {
        public string Name => name;

        public (float Value, bool IsShort)? Broken { get; init; }

        public Task<IReadOnlyList<float>> ScoreAsync(
            IReadOnlyList<AudioClip> clips, IReadOnlyList<Prompt> prompts, CancellationToken cancellationToken = default) =>
            Task.FromResult<IReadOnlyList<float>>([.. clips.Select(Score)]);

        public Task<IReadOnlyList<ScoreGradient>> ScoreWithGradientAsync(
            IReadOnlyList<AudioClip> clips, IReadOnlyList<Prompt> prompts, CancellationToken cancellationToken = default) =>
            Task.FromResult<IReadOnlyList<ScoreGradient>>([.. clips.Select(clip => new ScoreGradient(Score(clip), Gradient(clip)))]);

        private static float Score(AudioClip clip) => clip.Samples.ToArray().Average(sample => sample * sample);

        private float[] Gradient(AudioClip clip) => Broken is { } broken
            ? [.. clip.Samples.ToArray().Skip(broken.IsShort ? 1 : 0).Select(_ => broken.Value)]
            : [.. clip.Samples.ToArray().Select(sample => 2 * sample / clip.Samples.Length)];
    }
}
