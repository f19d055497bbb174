using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Training.Runs;

public sealed class RunFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_folder_with_a_run_is_refused_unless_it_is_to_be_removed()
    {
        await TrainAsync();
        var adapter = _folder["checkpoints/epoch-0003/pytorch_lora_weights.safetensors"];
        var before = await File.ReadAllBytesAsync(adapter);
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => TrainAsync());
        Assert.Contains("its newest checkpoint is after epoch 3", error.Message, StringComparison.Ordinal);
        Assert.Contains("ResumeFrom", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(adapter));

        _folder.Write("notes.txt", "mine");
        await TrainAsync(builder => builder.WithSeed(9).ConfigureCheckpoints(o => o.Overwrite = true));
        Assert.NotEqual(before, await File.ReadAllBytesAsync(adapter));
        Assert.Equal(3, (await File.ReadAllLinesAsync(_folder["metrics.jsonl"])).Length);
        Assert.True(File.Exists(_folder["notes.txt"]));
    }

    [Fact]
    public async Task A_run_that_fails_before_its_first_epoch_does_not_keep_its_folder()
    {
        var broken = RewardFunction.From("broken", (_, _) => throw new InvalidDataException("no"));
        for (var i = 0; i < 2; i++)
        {
            await Assert.ThrowsAsync<RewardException>(() => TrainAsync(builder => builder.AddReward(broken).ConfigureValidation(o => o.EveryEpochs = 1)));
        }

        Assert.Equal(3, (await TrainAsync()).Count);
        await Assert.ThrowsAsync<InvalidOperationException>(() => TrainAsync());
    }

    [Fact]
    public async Task The_newest_checkpoints_are_kept_and_no_others()
    {
        await TrainAsync(builder => builder
            .ConfigureTraining(o => o.NumEpochs = 5)
            .ConfigureCheckpoints(o => (o.SaveEveryEpochs, o.KeepLast) = (1, 2)));
        Assert.Equal(["epoch-0004", "epoch-0005"], Checkpoints());
    }

    [Theory]
    [InlineData("optimizer.safetensors", "was changed")]
    [InlineData("trainer_state.json", "was changed")]
    [InlineData("pytorch_lora_weights.safetensors", "is missing")]
    [InlineData("metrics.jsonl", "bytes, expected")]
    [InlineData("checkpoint.json", "checkpoint.json")]
    public async Task A_damaged_checkpoint_is_named_and_the_one_before_is_gone_on_from(string file, string problem)
    {
        await TrainAsync(builder => builder.ConfigureCheckpoints(o => o.SaveEveryEpochs = 1));
        var path = _folder[$"checkpoints/epoch-0003/{file}"];
        var bytes = await File.ReadAllBytesAsync(path);
        switch (problem)
        {
            case "is missing": File.Delete(path); break;
            case "was changed": bytes[bytes.Length / 2] ^= 1; await File.WriteAllBytesAsync(path, bytes); break;
            default: await File.WriteAllBytesAsync(path, bytes[..(bytes.Length / 2)]); break;
        }

        var error = await Assert.ThrowsAsync<CheckpointException>(() => TrainAsync(builder => builder
            .ConfigureTraining(o => o.NumEpochs = 4)
            .ConfigureCheckpoints(o => (o.Directory, o.ResumeFrom) = (_folder["elsewhere"], _folder["checkpoints/epoch-0003"]))));
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);

        using var log = new LogLines();
        var epochs = await TrainAsync(builder => builder
            .ConfigureTraining(o => o.NumEpochs = 4)
            .ConfigureCheckpoints(o => o.ResumeFrom = CheckpointOptions.Latest)
            .WithLoggerFactory(log));
        Assert.Equal([2, 3], epochs.Select(epoch => epoch.Index));
        Assert.Contains(log.Warnings, warning => warning.Contains("epoch-0003", StringComparison.Ordinal));
        Assert.Equal(4, (await File.ReadAllLinesAsync(_folder["metrics.jsonl"])).Length);
        Assert.Equal(["epoch-0001", "epoch-0002", "epoch-0003.damaged", "epoch-0004"], Checkpoints());
    }

    [Fact]
    public async Task Going_on_from_an_old_checkpoint_beside_later_ones_is_refused()
    {
        await TrainAsync(builder => builder.ConfigureCheckpoints(o => o.SaveEveryEpochs = 1));
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => TrainAsync(builder => builder
            .ConfigureCheckpoints(o => o.ResumeFrom = _folder["checkpoints/epoch-0001"])));
        Assert.Contains("after epoch 3", error.Message, StringComparison.Ordinal);
        Assert.Equal(["epoch-0001", "epoch-0002", "epoch-0003"], Checkpoints());
    }

    [Fact]
    public async Task A_run_folder_stands_for_its_newest_adapter()
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        await using (var trainer = TrainerFixture.Builder(pipeline)
            .ConfigureTraining(o => o.LearningRate = 0.1).ConfigureCheckpoints(o => (o.Directory, o.SaveEveryEpochs) = (_folder.Root, 1)).Build())
        {
            await trainer.TrainAsync().ToListAsync();
        }

        await using var whole = await pipeline.ApplyLoraAsync(_folder.Root);
        var heard = await TinyPipeline.ListenAsync(pipeline);
        await whole.DisposeAsync();
        await using var newest = await pipeline.ApplyLoraAsync(_folder["checkpoints/epoch-0002"]);
        Assert.Equal(await TinyPipeline.ListenAsync(pipeline), heard);
    }

    private IEnumerable<string> Checkpoints() =>
        Directory.GetDirectories(_folder["checkpoints"]).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);

    private async Task<List<DdpoEpoch>> TrainAsync(Action<DdpoTrainerBuilder>? configure = null) => (await TrainerFixture.RunAsync(builder =>
    {
        builder
            .ConfigureSampling(o => (o.NumInferenceSteps, o.BatchSize) = (1, 1))
            .ConfigureTraining(o => (o.NumEpochs, o.LearningRate) = (3, 0.01))
            .ConfigureCheckpoints(o => o.Directory = _folder.Root);
        configure?.Invoke(builder);
    })).Epochs;
}
