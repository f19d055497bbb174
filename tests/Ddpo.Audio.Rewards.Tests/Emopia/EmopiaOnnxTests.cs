using Ddpo.Audio.Rewards.Emopia;
using Ddpo.Audio.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ddpo.Audio.Rewards.Tests.Emopia;

/// <summary>The network in an ONNX file.</summary>
public sealed class EmopiaOnnxTests
{
    private static readonly string s_file = Fixtures.Path("rewards", "onnx", "emopia.onnx");

    [Fact]
    public async Task Values_equal_those_of_the_same_weights_in_torch()
    {
        var log = new LogLines();
        await using var onnx = await EmopiaReward.FromPretrainedAsync(s_file, new() { BatchSize = 2, LoggerFactory = log });
        await using var torch = await EmopiaFixture.LoadAsync("ar_va");
        AudioClip[] clips = [RewardClips.Read("band_s16_mono_22k05_10s"), EmopiaFixture.Tone(48000, 2, 7), EmopiaFixture.Tone()];
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
        using var stored = EmopiaCheckpoint.Load(Path.Combine(EmopiaFixture.Folder("ar_va"), "best.ckpt"), CPU, null, default);

        // The stored ones were computed in single precision.
        Assert.True(onnx.MelFilters.to(ScalarType.Float32).allclose(stored.MelFilters, rtol: 0, atol: 1e-4));
    }

    [Fact]
    public async Task Loading_reports_the_size_of_the_file()
    {
        long bytes = 0;

        await using var reward = await EmopiaReward.FromPretrainedAsync(s_file, progress: new ProgressAction<long>(value => bytes = value));

        Assert.Equal(new FileInfo(s_file).Length, bytes);
    }

    [Fact]
    public async Task Scoring_leaves_no_tensors_behind()
    {
        await using var reward = await EmopiaReward.FromPretrainedAsync(s_file);

        await LiveTensors.AssertFlatAsync(() => reward.ScoreAsync([EmopiaFixture.Tone()], [EmopiaFixture.Asking("sad")]), times: 3);
    }

    [Fact]
    public async Task Other_models_and_settings_are_refused()
    {
        await Refused("found input_features", Fixtures.Path("rewards", "onnx", "audio_model.onnx"));
        await Refused("nowhere.onnx", "nowhere.onnx");

        using var folder = new TemporaryFolder();
        folder.Copy(Path.GetDirectoryName(s_file)!, Path.GetFileName(s_file)).Write("hparams.yaml", "wav:\n  input_length: 5\n");
        await Refused("expected the inputs mel", folder[Path.GetFileName(s_file)]);
        folder.Write("hparams.yaml", "task:\n  labels: [HV, LV]\n");
        await Refused("2 labels", folder[Path.GetFileName(s_file)]);

        static async Task Refused(string words, string path) => Assert.Contains(
            words, (await Assert.ThrowsAsync<CheckpointException>(() => EmopiaReward.FromPretrainedAsync(path))).Message, StringComparison.Ordinal);
    }
}
