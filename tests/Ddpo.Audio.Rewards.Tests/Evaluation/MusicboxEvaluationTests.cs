using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Rewards.Tests.Evaluation;

/// <summary>The rewards of the samples, on clips that training left on the disk.</summary>
public sealed class MusicboxEvaluationTests
{
    private static readonly string s_musicbox = Path.Combine(Fixtures.Repository, "samples", "assets", "musicbox");

    [Fact]
    public async Task The_clips_of_an_epoch_get_the_scores_that_training_logged_whatever_the_batches()
    {
        using var folder = new TemporaryFolder();
        await using var clap = await ClapReward.FromPretrainedAsync(Path.Combine(s_musicbox, "clap", "musicbox_clap.pt"));
        await using var emopia = await EmopiaReward.FromPretrainedAsync(Path.Combine(s_musicbox, "emopia", "best_weight", "wav", "ar_va"));
        var epoch = await TrainAsync(clap, emopia, folder.Root);
        var set = EvaluationSet.FromFolder(folder["samples/epoch-0001"]);

        foreach (var batchSize in new[] { 1, 3 })
        {
            var report = await new RewardEvaluator([clap, emopia], new() { BatchSize = batchSize }).EvaluateAsync(set);
            Assert.Equal((8, 0), (report.Clips.Count, report.Failed));
            foreach (var reward in report.Rewards)
            {
                Assert.True(reward.Scores!.Max - reward.Scores.Min > 0.01, $"all clips have one {reward.Name}, so that nothing is told apart");
                Assert.InRange(reward.RecordedDifference!.Value, 0, 1e-4);
                Assert.Equal(epoch.Rewards[reward.Name].Mean, reward.Scores.Mean, 1e-4);
                Assert.Equal(epoch.Rewards[reward.Name].Std, reward.Scores.Std, 1e-4);
            }

            Assert.Equal(8, report.Rewards[1].Classification!.Overall.Count);
        }
    }

    private static async Task<DdpoEpoch> TrainAsync(ClapReward clap, EmopiaReward emopia, string folder)
    {
        await using var pipeline = await AudioLdm2Pipeline.FromPretrainedAsync(Path.Combine(s_musicbox, "audioldm2-musicbox"));
        await using var trainer = new DdpoTrainerBuilder()
            .UsePipeline(pipeline)
            .UsePrompts(PromptSource.EmotionSolo("piano", "music box", "flute"))
            .AddReward(clap)
            .AddReward(emopia)
            .ConfigureSampling(o =>
            {
                o.NumInferenceSteps = 4;
                o.Duration = TimeSpan.FromSeconds(1.28);
                o.GuidanceScale = 1;
                o.BatchSize = 4;
                o.NumBatchesPerEpoch = 2;
            })
            .ConfigureTraining(o => o.NumEpochs = 1)
            .ConfigureCheckpoints(o =>
            {
                o.Directory = folder;
                o.SaveSamplesEveryEpochs = 1;
            })
            .WithSeed(7)
            .Build();
        DdpoEpoch? last = null;
        await foreach (var epoch in trainer.TrainAsync())
        {
            last = epoch;
        }

        return last!;
    }
}
