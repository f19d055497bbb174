using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Rewards.Tests.Clap;

/// <summary>A ClapModel folder of transformers.</summary>
public sealed class HubClapTests
{
    [Fact]
    public async Task Vectors_and_scores_are_those_of_transformers()
    {
        using var golden = RewardGolden.Open("hf_clap/embeddings");
        using var scope = NewDisposeScope();
        await using var reward = await ClapReward.FromPretrainedAsync(HubClapFixture.Folder, new() { BatchSize = 3 });
        var rows = golden.Strings("audio_rows");
        var (clips, prompts, texts) = HubClapFixture.Pairs(golden);

        golden.AssertRowsClose("audio_embeds", rows, Matrix(await reward.EmbedAudioAsync(clips)));
        golden.AssertClose("text_embeds", Matrix(await reward.EmbedTextAsync(golden.Strings("text_rows"))));

        var scores = tensor((await reward.ScoreAsync(clips, prompts)).ToArray()) * golden.Json.GetProperty("logit_scale_audio").GetDouble();
        var expected = golden["logits_per_audio"].gather(1, tensor(texts).unsqueeze(1)).squeeze(1);
        golden.AssertRowsClose("logits_per_audio", rows, expected, scores);
    }

    [Fact]
    public async Task The_weights_are_read_from_torchs_own_file_too()
    {
        using var folder = TemporaryFolder.CopyOf(HubClapFixture.Folder);
        File.Move(folder["model.safetensors"], folder["pytorch_model.bin"]); // the content says what it is
        await using var reward = await ClapReward.FromPretrainedAsync(folder.Root);

        Assert.Single(await reward.EmbedTextAsync(["a text"]));
    }

    [Theory]
    [InlineData("preprocessor_config.json", "\"rand_trunc\"", "\"fusion\"", "fusion")]
    [InlineData("preprocessor_config.json", "\"repeatpad\"", "\"pad\"", "'pad'")]
    [InlineData("preprocessor_config.json", "\"feature_size\": ", "\"feature_size\": 1", "feature_size")]
    [InlineData("config.json", "\"enable_fusion\": false", "\"enable_fusion\": true", "enable_fusion")]
    [InlineData("config.json", "\"model_type\": \"clap\"", "\"model_type\": \"t5\"", "found t5")]
    [InlineData("config.json", "\"projection_dim\": ", "\"projection_dim\": 1", "projection")]
    public async Task Settings_that_do_not_fit_are_named(string file, string find, string replacement, string named)
    {
        using var folder = TemporaryFolder.CopyOf(HubClapFixture.Folder);
        var text = File.ReadAllText(folder[file]);
        Assert.Contains(find, text, StringComparison.Ordinal);
        folder.Write(file, text.Replace(find, replacement, StringComparison.Ordinal));

        await Refused(folder.Root, named);
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("preprocessor_config.json")]
    [InlineData("vocab.json")]
    [InlineData("merges.txt")]
    public async Task A_missing_file_is_named(string file)
    {
        using var folder = TemporaryFolder.CopyOf(HubClapFixture.Folder);
        File.Delete(folder[file]);

        await Refused(folder.Root, file);
    }

    [Fact]
    public async Task A_folder_without_a_model_is_refused()
    {
        using var folder = TemporaryFolder.CopyOf(HubClapFixture.Folder);
        File.Delete(folder["model.safetensors"]);

        await Refused(folder.Root, "audio_model.onnx");
    }

    [Fact]
    public async Task Weights_of_another_model_are_refused()
    {
        using var folder = TemporaryFolder.CopyOf(HubClapFixture.Folder);
        folder.Write("model.safetensors", File.ReadAllBytes(Fixtures.Path("tiny-audioldm2", "text_encoder_2", "model.safetensors")));

        await Refused(folder.Root, "audio_model.audio_encoder");
    }

    private static async Task Refused(string folder, string named)
    {
        var exception = await Assert.ThrowsAsync<CheckpointException>(() => ClapReward.FromPretrainedAsync(folder));
        Assert.Contains(named, exception.Message, StringComparison.Ordinal);
    }

    private static Tensor Matrix(IReadOnlyList<float[]> rows) =>
        tensor(rows.SelectMany(row => row).ToArray(), [rows.Count, rows[0].Length]);
}
