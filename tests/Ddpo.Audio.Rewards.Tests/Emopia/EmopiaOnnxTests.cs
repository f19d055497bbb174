using Ddpo.Audio.Rewards.Emopia;
using Ddpo.Audio.Rewards.Tests.Onnx;
using Ddpo.Audio.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ddpo.Audio.Rewards.Tests.Emopia;

/// <summary>The network in an ONNX file.</summary>
public sealed class EmopiaOnnxTests
{
    private const string FileName = "emopia.onnx";

    private static readonly string s_file = Fixtures.Path("rewards", "onnx", FileName);

    [Fact]
    public async Task Values_equal_those_of_the_same_weights_in_torch()
    {
        using var folder = WithSettings();
        var log = new LogLines();
        await using var onnx = await EmopiaReward.FromPretrainedAsync(folder[FileName], new() { BatchSize = 2, LoggerFactory = log });
        await using var torch = await EmopiaFixture.LoadAsync(OnnxFixture.EmopiaTask);
        AudioClip[] clips = [EmopiaFixture.RisingTone(22050), EmopiaFixture.Tone(48000, 2, 7), EmopiaFixture.Tone()];
        Prompt[] prompts = [.. clips.Select(_ => EmopiaFixture.Asking("sad"))];

        var expected = await torch.ClassifyAsync(clips, prompts);
        var actual = await onnx.ClassifyAsync(clips, prompts);

        Assert.Equal(torch.Labels, onnx.Labels);
        Assert.Equal(expected.Select(decision => decision.Predicted), actual.Select(decision => decision.Predicted));
        Assert.All(
            expected.SelectMany(decision => decision.Values).Zip(actual.SelectMany(decision => decision.Values)),
            pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
        Assert.Equal(["emopia.onnx runs in ONNX Runtime on the CPU"], log.Messages);
    }

    [Fact]
    public void The_mel_filters_are_those_that_the_checkpoint_stores()
    {
        using var scope = NewDisposeScope();
        using var onnx = EmopiaOnnx.Open(s_file, new EmopiaHparams(), "cpu", NullLogger.Instance);
        using var stored = EmopiaCheckpoint.Load(EmopiaTasks.Checkpoint(OnnxFixture.EmopiaTask), CPU, null, default);

        // The stored ones were computed in single precision.
        Assert.True(onnx.MelFilters.to(ScalarType.Float32).allclose(stored.MelFilters, rtol: 0, atol: 1e-4));
    }

    [Fact]
    public async Task Loading_reports_the_size_of_the_file()
    {
        using var folder = WithSettings();
        long bytes = 0;

        await using var reward = await EmopiaReward.FromPretrainedAsync(folder[FileName], progress: new ProgressAction<LoadProgress>(value => bytes = value.Bytes));

        Assert.Equal(new FileInfo(s_file).Length, bytes);
    }

    [Fact]
    public async Task Scoring_leaves_no_tensors_behind()
    {
        using var folder = WithSettings();
        await using var reward = await EmopiaReward.FromPretrainedAsync(folder[FileName]);

        await LiveTensors.AssertFlatAsync(() => reward.ScoreAsync([EmopiaFixture.Tone()], [EmopiaFixture.Asking("sad")]), times: 3);
    }

    [Fact]
    public async Task Other_models_and_settings_are_refused()
    {
        await Refused("found input_features", Fixtures.Path("rewards", "onnx", "audio_model.onnx"));
        await Refused("nowhere.onnx", "nowhere.onnx");

        using var folder = new TemporaryFolder();
        folder.Copy(Path.GetDirectoryName(s_file)!, FileName).Write("hparams.yaml", "wav:\n  input_length: 5\n");
        await Refused("expected the inputs mel", folder[FileName]);
        folder.Write("hparams.yaml", "task:\n  labels: [HV, MV, LV]\n");
        await Refused("3 labels", folder[FileName]);

        static async Task Refused(string words, string path) => Assert.Contains(
            words, (await Assert.ThrowsAsync<CheckpointException>(() => EmopiaReward.FromPretrainedAsync(path))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_settings_four_outputs_are_the_quadrants_and_two_are_refused()
    {
        if (EmopiaTasks.Labels(OnnxFixture.EmopiaTask).Count == 4)
        {
            await using var reward = await EmopiaReward.FromPretrainedAsync(s_file);
            Assert.Equal(["Q1", "Q2", "Q3", "Q4"], reward.Labels);
        }
        else
        {
            await Assert.ThrowsAsync<CheckpointException>(() => EmopiaReward.FromPretrainedAsync(s_file));
        }
    }

    /// <summary>The file with the settings of the task that it was exported from.</summary>
    private static TemporaryFolder WithSettings() => new TemporaryFolder()
        .Copy(Path.GetDirectoryName(s_file)!, FileName)
        .Copy(EmopiaTasks.Folder(OnnxFixture.EmopiaTask), "hparams.yaml");
}
