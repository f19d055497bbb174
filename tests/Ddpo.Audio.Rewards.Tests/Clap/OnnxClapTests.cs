using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Rewards.Tests.Clap;

/// <summary>A ClapModel in ONNX files.</summary>
public sealed class OnnxClapTests
{
    [Theory]
    [InlineData("")]
    [InlineData("onnx")]
    public async Task Vectors_and_scores_equal_those_of_the_same_weights_in_torch(string place)
    {
        using var golden = RewardGolden.Open("hf_clap/embeddings");
        using var folder = HubClapFixture.Onnx(place);
        var log = new LogLines();
        var options = new ClapRewardOptions { BatchSize = 3, LoggerFactory = log };
        await using var onnx = await ClapReward.FromPretrainedAsync(folder.Root, options);
        await using var torch = await ClapReward.FromPretrainedAsync(HubClapFixture.Folder, options);
        var (clips, prompts, _) = HubClapFixture.Pairs(golden);
        var texts = golden.Strings("text_rows");

        AssertClose(await torch.EmbedAudioAsync(clips), await onnx.EmbedAudioAsync(clips));
        AssertClose(await torch.EmbedTextAsync(texts), await onnx.EmbedTextAsync(texts));
        AssertClose([[.. await torch.ScoreAsync(clips, prompts)]], [[.. await onnx.ScoreAsync(clips, prompts)]]);
        Assert.Equal(["audio_model.onnx runs in ONNX Runtime on the CPU", "text_model.onnx runs in ONNX Runtime on the CPU"], log.Messages);
    }

    [Fact]
    public async Task Weights_for_torch_come_before_onnx_files()
    {
        using var folder = HubClapFixture.Onnx().Copy(HubClapFixture.Folder, "model.safetensors");
        var log = new LogLines();

        await using var reward = await ClapReward.FromPretrainedAsync(folder.Root, new() { LoggerFactory = log });

        Assert.Empty(log.Messages);
    }

    [Fact]
    public async Task Loading_reports_the_size_of_both_files()
    {
        using var folder = HubClapFixture.Onnx();
        long bytes = 0;

        await using var reward = await ClapReward.FromPretrainedAsync(folder.Root, progress: new ProgressAction<LoadProgress>(value => bytes = value.Bytes));

        Assert.Equal(Directory.GetFiles(folder.Root, "*.onnx").Sum(path => new FileInfo(path).Length), bytes);
    }

    [Fact]
    public async Task Scoring_leaves_no_tensors_behind()
    {
        using var folder = HubClapFixture.Onnx();
        await using var reward = await ClapReward.FromPretrainedAsync(folder.Root);
        var clip = new AudioClip(new float[4800], 48000);

        await LiveTensors.AssertFlatAsync(() => reward.ScoreAsync([clip], [$"{Guid.NewGuid()}"]), times: 3);
    }

    [Fact]
    public async Task Cancelling_stops_the_scoring_and_the_reward_can_go_on()
    {
        using var folder = HubClapFixture.Onnx();
        await using var reward = await ClapReward.FromPretrainedAsync(folder.Root);
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync();
        var clip = new AudioClip(new float[4800], 48000);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reward.ScoreAsync([clip], ["a"], cancellation.Token));

        Assert.Single(await reward.ScoreAsync([clip], ["a"]));
    }

    [Theory]
    [InlineData("audio_model.onnx", null, "audio_model.onnx")]
    [InlineData("text_model.onnx", null, "text_model.onnx")]
    [InlineData("audio_model.onnx", "text_model.onnx", "input_features")]
    [InlineData("text_model.onnx", "emopia.onnx", "attention_mask")]
    public async Task A_tower_that_is_missing_or_another_model_is_named(string file, string? replacement, string named)
    {
        using var folder = HubClapFixture.Onnx();
        File.Delete(folder[file]);
        if (replacement is not null)
        {
            folder.Write(file, File.ReadAllBytes(Fixtures.Path("rewards", "onnx", replacement)));
        }

        await Refused(folder.Root, named);
    }

    [Theory]
    [InlineData("preprocessor_config.json")]
    [InlineData("vocab.json")]
    public async Task A_missing_file_beside_the_towers_is_named(string file)
    {
        using var folder = HubClapFixture.Onnx("onnx");
        File.Delete(folder[file]);

        await Refused(folder.Root, file);
    }

    [Fact]
    public async Task A_spectrogram_of_another_size_than_the_tower_takes_is_refused()
    {
        using var folder = HubClapFixture.Onnx();
        var settings = File.ReadAllText(folder["preprocessor_config.json"]);
        folder.Write("preprocessor_config.json", settings.Replace("\"feature_size\": ", "\"feature_size\": 1", StringComparison.Ordinal));

        await Refused(folder.Root, "input_features");
    }

    [Fact]
    public async Task There_is_no_gradient_and_the_refusal_says_why()
    {
        using var folder = HubClapFixture.Onnx();
        await using var reward = await ClapReward.FromPretrainedAsync(folder.Root);
        var error = await Assert.ThrowsAsync<NotSupportedException>(
            () => reward.ScoreWithGradientAsync([new AudioClip(new float[16_000], 16_000)], ["techno"]));
        Assert.Contains("'clap_score' cannot be differentiated: its model runs in ONNX Runtime", error.Message, StringComparison.Ordinal);
    }

    private static async Task Refused(string folder, string named)
    {
        var exception = await Assert.ThrowsAsync<CheckpointException>(() => ClapReward.FromPretrainedAsync(folder));
        Assert.Contains(named, exception.Message, StringComparison.Ordinal);
    }

    private static void AssertClose(IReadOnlyList<float[]> expected, IReadOnlyList<float[]> actual)
    {
        Assert.Equal(expected.Select(row => row.Length), actual.Select(row => row.Length));
        Assert.All(
            expected.SelectMany(row => row).Zip(actual.SelectMany(row => row)),
            pair => Assert.InRange(pair.Second, pair.First - 1e-5f, pair.First + 1e-5f));
    }
}
