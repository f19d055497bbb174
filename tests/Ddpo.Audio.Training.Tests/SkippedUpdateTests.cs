using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Training;

public sealed class SkippedUpdateTests
{
    [Fact]
    public async Task An_update_whose_gradient_is_not_finite_is_left_out_and_counted()
    {
        using var log = new LogLines();
        await using var pipeline = await TinyPipeline.LoadAsync();
        var broken = new BrokenWeight(pipeline);

        // Epoch 0 has two updates of three training steps each; the model is broken during the first.
        var progress = new ProgressAction<DdpoProgress>(report =>
        {
            if (report is { Epoch: 0, Stage: DdpoStage.Training, Step: 1 })
            {
                broken.Break();
            }
            else if (report is { Epoch: 0, Stage: DdpoStage.Training, Step: 3 })
            {
                broken.Mend();
            }
        });
        await using var trainer = TrainerFixture.Builder(pipeline).WithLoggerFactory(log).Build();
        var epochs = await trainer.TrainAsync(progress).ToListAsync();

        Assert.Equal([(1, 1), (2, 0)], epochs.Select(epoch => (epoch.Updates, epoch.SkippedUpdates)));
        Assert.All(epochs, epoch => Assert.True(
            double.IsFinite(epoch.Loss) && double.IsFinite(epoch[PolicyGradientMeasurements.ApproxKl]) && double.IsFinite(epoch.GradientNorm) && epoch[PolicyGradientMeasurements.OnPolicyRatioError] == 0,
            epoch.ToString()));
        Assert.Contains("Epoch 0: 1 updates were left out", Assert.Single(log.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_many_in_a_row_stop_training_with_a_diagnosis_and_the_epoch_did_not_happen()
    {
        using var folder = new TemporaryFolder();
        await using var pipeline = await TinyPipeline.LoadAsync();
        await using var trainer = TrainerFixture.Builder(pipeline)
            .UseDdpo(o => o.NumInnerEpochs = 2)
            .ConfigureTraining(o => o.MaxSkippedUpdates = 3)
            .Build();
        var before = await SavedAsync(trainer, folder["before"]);

        // One update is taken before the model breaks.
        var broken = new BrokenWeight(pipeline);
        var progress = new ProgressAction<DdpoProgress>(report =>
        {
            if (report is { Stage: DdpoStage.Training, Step: 4 })
            {
                broken.Break();
            }
        });
        var error = await Assert.ThrowsAsync<InvalidOperationException>(async () => await trainer.TrainAsync(progress).ToListAsync());
        Assert.Contains("finite gradient norm, found NaN in 3 updates in a row", error.Message, StringComparison.Ordinal);
        Assert.Contains("LearningRate", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, await SavedAsync(trainer, folder["after"]));
    }

    [Fact]
    public async Task An_epoch_without_any_update_says_that_nothing_was_measured()
    {
        using var folder = new TemporaryFolder();
        await using var pipeline = await TinyPipeline.LoadAsync();
        var broken = new BrokenWeight(pipeline);
        var progress = new ProgressAction<DdpoProgress>(report =>
        {
            if (report is { Epoch: 0, Stage: DdpoStage.Training, Step: 1 })
            {
                broken.Break();
            }
            else if (report is { Epoch: 0, Stage: DdpoStage.Training, Step: 6 })
            {
                broken.Mend();
            }
        });
        await using var trainer = TrainerFixture.Builder(pipeline).ConfigureCheckpoints(o => o.Directory = folder.Root).Build();
        var first = (await trainer.TrainAsync(progress).ToListAsync())[0];
        Assert.Equal((0, 2, double.NaN, double.NaN), (first.Updates, first.SkippedUpdates, first.Loss, first[PolicyGradientMeasurements.OnPolicyRatioError]));
        Assert.Contains("\"loss\":\"NaN\"", File.ReadLines(folder["metrics.jsonl"]).First(), StringComparison.Ordinal);
    }

    private static async Task<byte[]> SavedAsync(IPolicyTrainer trainer, string folder) =>
        await File.ReadAllBytesAsync(await trainer.SaveAsync(folder));

    /// <summary>A frozen weight that is not a number for a while. Used on the pipeline's thread.</summary>
    private sealed class BrokenWeight(AudioLdm2Pipeline pipeline)
    {
        private readonly Parameter _weight = pipeline.UNet.parameters().First();
        private float[] _values = [];

        public void Break()
        {
            _values = _weight.data<float>().ToArray();
            _weight.fill_(float.NaN);
        }

        public void Mend() => _weight.copy_(tensor(_values).reshape(_weight.shape));
    }
}
