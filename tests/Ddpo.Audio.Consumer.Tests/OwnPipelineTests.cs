using Microsoft.Extensions.Options;

namespace Ddpo.Audio.Consumer.Tests;

/// <summary>A pipeline that the library knows nothing of is trained like its own.</summary>
public sealed class OwnPipelineTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ddpo-consumer").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task It_learns_and_before_the_first_update_the_ratio_is_exactly_one()
    {
        var epochs = await TrainAsync(Builder());
        Assert.All(epochs, epoch => Assert.Equal(0, epoch[PolicyGradientMeasurements.OnPolicyRatioError]));
        var (first, last) = (epochs.Take(5).Average(epoch => epoch.Reward.Mean), epochs.TakeLast(5).Average(epoch => epoch.Reward.Mean));
        Assert.True(last > first + 0.2, $"from {first} to {last}");
    }

    [Fact]
    public async Task A_run_that_was_left_goes_on_bit_for_bit()
    {
        var whole = await TrainAsync(Builder(epochs: 6));
        var first = await TrainAsync(Builder(epochs: 6).ConfigureCheckpoints(o => o.Directory = _folder), leaveAfter: 3);
        var rest = await TrainAsync(Builder(epochs: 6).ConfigureCheckpoints(o => (o.Directory, o.ResumeFrom) = (_folder, CheckpointOptions.Latest)));
        Assert.Equal(Numbers(whole), Numbers([.. first, .. rest]));
    }

    [Fact]
    public async Task Validation_clips_are_made_with_it()
    {
        await TrainAsync(Builder(epochs: 2).ConfigureCheckpoints(o => o.Directory = _folder).ConfigureValidation(o => o.EveryEpochs = 1));
        Assert.Equal(3, File.ReadLines(Path.Combine(_folder, "validation.jsonl")).Count());
    }

    [Fact]
    public async Task What_is_wrong_with_a_schedule_is_said_by_the_pipeline_when_the_trainer_is_built()
    {
        await using var pipeline = await TinyDiffusion.CreateAsync();
        var error = Assert.Throws<OptionsValidationException>(() =>
            Builder().UsePipeline(pipeline).ConfigureSampling(o => o.NumInferenceSteps = 11).Build());
        Assert.Contains("expected at most 10", Assert.Single(error.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pipeline_that_cannot_be_trained_is_refused_by_name_when_the_trainer_is_built()
    {
        await using var pipeline = new Player();
        Assert.Null(((IDiffusionPipeline)pipeline).GetService(typeof(IPolicyTrainer)));
        Assert.Same(pipeline, ((IDiffusionPipeline)pipeline).GetService(typeof(Player)));
        var error = Assert.Throws<OptionsValidationException>(() => Builder().UsePipeline(pipeline).Build());
        Assert.Contains("(Player) cannot be trained", Assert.Single(error.Failures), StringComparison.Ordinal);
    }

    internal static DdpoTrainerBuilder Builder(int epochs = 40) => new DdpoTrainerBuilder()
        .UseFullFineTuning()
        .UsePrompts(PromptSource.FromList("up", "down", "left"))
        .AddReward(RewardFunction.From("near", (clip, _) => -clip.Samples.ToArray().Average(sample => (sample - 0.5f) * (sample - 0.5f))))
        .ConfigureSampling(o => (o.NumInferenceSteps, o.BatchSize, o.NumBatchesPerEpoch, o.Duration) = (5, 16, 2, TimeSpan.FromSeconds(0.1)))
        .ConfigureTraining(o => (o.NumEpochs, o.LearningRate) = (epochs, 1e-2))
        .UseDdpo(o => (o.ClipRange, o.PerPromptStatTracking) = (0.1, null))
        .ConfigureValidation(o => o.EveryEpochs = 0)
        .WithSeed(3);

    internal static async Task<List<DdpoEpoch>> TrainAsync(DdpoTrainerBuilder builder, int leaveAfter = int.MaxValue)
    {
        await using var pipeline = await TinyDiffusion.CreateAsync();
        await using var trainer = builder.UsePipeline(pipeline).Build();
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

    internal static string[] Numbers(IEnumerable<DdpoEpoch> epochs) => [.. epochs.Select(epoch => string.Join(' ',
        [epoch.Reward.Mean, epoch.Loss, epoch.GradientNorm, epoch.Updates, .. epoch.Measurements.Values]))];

    private sealed class Player : IDiffusionPipeline
    {
        public int SampleRate => 16000;

        public Task<IReadOnlyList<AudioClip>> GenerateAsync(
            AudioRequest request, IProgress<DenoisingProgress>? progress = null, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public Task<IAsyncDisposable> ApplyLoraAsync(string path, double scale = 1, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
