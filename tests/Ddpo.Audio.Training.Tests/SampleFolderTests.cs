using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Training;

public sealed class SampleFolderTests
{
    [Fact]
    public async Task Scoring_the_files_of_an_epoch_gives_its_scores()
    {
        using var folder = new TemporaryFolder();
        var metric = RewardFunction.From("peak", (clip, _) => clip.Samples.ToArray().Max());
        var (epochs, _) = await TrainerFixture.RunAsync(builder => builder
            .UsePrompts(PromptSource.FromTemplate("a {mood} piano", ("mood", ["sad", "happy"])))
            .AddMetric(metric)
            .ConfigureCheckpoints(o => (o.Directory, o.SaveSamplesEveryEpochs) = (folder.Root, 1)));

        foreach (var epoch in epochs)
        {
            var samples = folder[$"samples/epoch-000{epoch.Index + 1}"];
            var entries = SampleManifest.Read(Path.Combine(samples, SampleManifest.FileName));
            Assert.Equal(Enumerable.Range(0, 8).Select(i => $"000{i}.wav"), entries.Select(entry => entry.File));
            Assert.Equal(9, Directory.GetFiles(samples).Length);
            foreach (var entry in entries)
            {
                var clip = await WaveFile.ReadAsync(Path.Combine(samples, entry.File));
                Assert.Equal(entry.Rewards["energy"], Assert.Single(await TrainerFixture.Energy.ScoreAsync([clip], [entry.Prompt])));
                Assert.Equal(entry.Rewards["peak"], Assert.Single(await metric.ScoreAsync([clip], [entry.Prompt])));
                Assert.Equal($"a {entry.Prompt.Metadata["mood"]} piano", entry.Prompt.Text);
            }

            Assert.Equal(epoch.Rewards["energy"].Mean, entries.Average(entry => entry.Rewards["energy"]), 1e-9);
            Assert.Equal(epoch.Metrics["peak"].Max, entries.Max(entry => entry.Rewards["peak"]));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2, 2, 4, 5)]
    [InlineData(9, 5)]
    public async Task Samples_are_kept_at_their_frequency_and_at_the_end(int every, params int[] kept)
    {
        using var folder = new TemporaryFolder();
        await TrainerFixture.RunAsync(builder => builder
            .ConfigureSampling(o => (o.NumInferenceSteps, o.BatchSize) = (1, 1))
            .ConfigureTraining(o => o.NumEpochs = 5)
            .ConfigureCheckpoints(o => (o.Directory, o.SaveSamplesEveryEpochs) = (folder.Root, every)));
        Assert.Equal(
            kept.Select(number => $"epoch-000{number}"),
            Directory.Exists(folder["samples"]) ? Directory.GetDirectories(folder["samples"]).Select(path => Path.GetFileName(path)).Order() : []);
    }

    [Fact]
    public async Task An_epoch_that_fails_leaves_no_samples_and_the_next_try_replaces_what_a_killed_process_left()
    {
        using var folder = new TemporaryFolder();
        var calls = 0;
        await using var pipeline = await TinyPipeline.LoadAsync();
        await using var trainer = TrainerFixture.Builder(pipeline)
            .AddReward(RewardFunction.From("judge", (_, _) => ++calls == 6 ? float.NaN : 0))
            .ConfigureCheckpoints(o => (o.Directory, o.SaveSamplesEveryEpochs) = (folder.Root, 1))
            .Build();
        await Assert.ThrowsAsync<RewardException>(async () => await trainer.TrainAsync().ToListAsync());
        Assert.Empty(Directory.GetDirectories(folder["samples"]));

        folder.Write("samples/epoch-0001/0099.wav", "of a process that was killed before its checkpoint");
        folder.Write("samples/epoch-0001.partial/0050.wav", "of a process that was killed");
        Assert.Equal(2, (await trainer.TrainAsync().ToListAsync()).Count);
        Assert.Equal(["epoch-0001", "epoch-0002"], Directory.GetDirectories(folder["samples"]).Select(Path.GetFileName).Order());
        Assert.Equal(9, Directory.GetFiles(folder["samples/epoch-0001"]).Length);
        Assert.False(File.Exists(folder["samples/epoch-0001/0099.wav"]));
    }
}
