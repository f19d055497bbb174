using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Models.Clap;
using Ddpo.Audio.Models.Layers;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Models.Clap;

public sealed class ClapModelTests
{
    private static readonly StateDictRules s_rules = new() { MayBeMissing = ClapModel.MayBeMissing };

    [FixtureFact("full_size_keys/text_encoder.txt")]
    public void The_whole_model_has_the_keys_of_the_published_one()
    {
        using var scope = NewDisposeScope();
        var config = ComponentFolder.ReadConfig<ClapConfig>(Fixtures.Path("full_size_keys"), "text_encoder.config.json");
        using var model = new ClapModel(config, new Placement(META, ScalarType.Float32));

        KeyListing.AssertEqual(Fixtures.Path("full_size_keys", "text_encoder.txt"), model);
    }

    [FixtureFact("rewards/full_size_keys/hf_clap_htsat_unfused.txt")]
    public void The_defaults_are_those_of_the_unfused_model()
    {
        using var scope = NewDisposeScope();
        using var model = new ClapModel(new ClapConfig(), new Placement(META, ScalarType.Float32));

        KeyListing.AssertEqual(Fixtures.Path("rewards", "full_size_keys", "hf_clap_htsat_unfused.txt"), model);
    }

    [Fact]
    public void Features_and_embeddings_are_those_of_transformers()
    {
        using var features = RewardGolden.Open("hf_clap/audio_features");
        using var golden = RewardGolden.Open("hf_clap/embeddings");
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var model = Load(Fixtures.Path("rewards", "hf_clap", "model"));
        var rows = golden.Strings("audio_rows");
        using var extractor = new ClapFeatureExtractor(FeatureConfig(), CPU);

        var inputs = extractor.Extract([.. rows.Select(row => RewardClips.Window(row, extractor))]);
        foreach (var (index, row) in rows.Index())
        {
            var tolerance = golden.Strings("not_resampled").Contains(row) ? "input_features_db" : "input_features_db_resampled_rows";
            var every20 = arange(0, inputs.shape[2], 20, ScalarType.Int64);
            var (whole, sparse) = ($"{row}.input_features", $"{row}.input_features_every20");
            Assert.True(features.Has(whole) || features.Has(sparse), row);
            if (features.Has(whole))
            {
                features.AssertClose(whole, inputs[index], tolerance);
            }

            if (features.Has(sparse))
            {
                features.AssertClose(sparse, inputs[index].index_select(1, every20), tolerance);
            }
        }

        var hiddenRows = golden.Json.GetProperty("last_hidden_rows").EnumerateArray().Select(row => row.GetInt64()).ToArray();
        var hidden = model.AudioModel.Encoder.Tokens(inputs.index_select(0, tensor(hiddenRows)));
        golden.AssertRowsClose("audio_last_hidden", [.. hiddenRows.Select(row => rows[(int)row])], Regroup(hidden, golden["audio_last_hidden"].shape));
        var pooled = model.AudioModel.call(inputs);
        var audio = model.GetAudioFeatures(inputs);
        var text = model.GetTextFeatures(golden["input_ids"], golden["attention_mask"]);
        golden.AssertRowsClose("audio_pooled", rows, pooled);
        golden.AssertRowsClose("audio_projected", rows, model.ProjectAudio(pooled));
        golden.AssertRowsClose("audio_embeds", rows, audio);
        golden.AssertClose("text_embeds", text);
        golden.AssertRowsClose("logits_per_audio", rows, audio.matmul(text.t()) * golden.Json.GetProperty("logit_scale_audio").GetDouble());
    }

    [Fact]
    public void Each_tower_alone_gives_what_it_gives_beside_the_other()
    {
        using var golden = RewardGolden.Open("hf_clap/embeddings");
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var folder = Fixtures.Path("rewards", "hf_clap", "model");
        using var both = Load(folder);
        using var text = ClapModel.Load(folder, Placement.Cpu, ClapTowers.Text);
        using var audio = ClapModel.Load(folder, Placement.Cpu, ClapTowers.Audio);
        var config = FeatureConfig();
        var inputs = rand(1, 1, config.Frames, config.FeatureSize) * 100 - 80;
        var (ids, mask) = (golden["input_ids"], golden["attention_mask"]);

        Assert.True(both.GetTextFeatures(ids, mask).Equals(text.GetTextFeatures(ids, mask)));
        Assert.True(both.GetAudioFeatures(inputs).Equals(audio.GetAudioFeatures(inputs)));
        Assert.DoesNotContain(text.state_dict().Keys, key => key.StartsWith("audio_", StringComparison.Ordinal));
        Assert.DoesNotContain(audio.state_dict().Keys, key => key.StartsWith("text_", StringComparison.Ordinal));
        Assert.Contains(nameof(ClapAudioModel), Assert.Throws<InvalidOperationException>(() => text.GetAudioFeatures(inputs)).Message, StringComparison.Ordinal);
        Assert.Contains(nameof(ClapTextModel), Assert.Throws<InvalidOperationException>(() => audio.GetTextFeatures(ids, mask)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ScalarType.BFloat16, 0.99)]
    [InlineData(ScalarType.Float16, 0.999)]
    public void Half_precision_weights_hear_nearly_the_same(ScalarType dtype, double cosine)
    {
        using var golden = RewardGolden.Open("hf_clap/embeddings");
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var model = Load(Fixtures.Path("rewards", "hf_clap", "model"), new Placement(TestDevice.Fastest, dtype));
        using var extractor = new ClapFeatureExtractor(FeatureConfig(), TestDevice.Fastest);

        var audio = model.GetAudioFeatures(
            extractor.Extract([.. golden.Strings("audio_rows").Select(row => RewardClips.Window(row, extractor))]).to(dtype));

        Assert.Equal(dtype, audio.dtype);
        var cosines = (audio.to(ScalarType.Float32).cpu() * golden["audio_embeds"]).sum(1);
        Assert.InRange(cosines.min().item<float>(), cosine, 1.01);
    }

    [Fact]
    public void A_batch_gives_what_its_members_give()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var model = Load(Fixtures.Path("rewards", "hf_clap", "model"));
        var config = FeatureConfig();
        var inputs = rand(3, 1, config.Frames, config.FeatureSize) * 100 - 80;

        var batch = model.GetAudioFeatures(inputs);

        for (var i = 0; i < 3; i++)
        {
            Assert.True(model.GetAudioFeatures(inputs.narrow(0, i, 1))[0].allclose(batch[i], 1e-5, 1e-6));
        }
    }

    [Fact]
    public void Scoring_leaves_no_tensors_behind()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var model = Load(Fixtures.Path("rewards", "hf_clap", "model"));
        var config = FeatureConfig();
        var inputs = rand(1, 1, config.Frames, config.FeatureSize);

        LiveTensors.AssertFlat(() => model.GetAudioFeatures(inputs).Dispose(), times: 5);
    }

    [Fact]
    public void Windows_smaller_than_the_patches_are_padded_and_put_together_again()
    {
        using var scope = NewDisposeScope();
        using var windows = new SwinWindows(size: 10, window: 4, shift: 2);
        var tokens = arange(2 * 100 * 3, ScalarType.Float32).reshape(2, 100, 3);

        var parts = windows.Partition(tokens);

        Assert.Equal([2, 9, 16, 3], parts.shape);
        Assert.True(windows.Merge(parts).equal(tokens).all().item<bool>());
        Assert.Equal([9, 1, 16, 16], windows.Mask(tokens)!.shape);
        Assert.Same(windows.Mask(tokens), windows.Mask(parts));
    }

    [Theory]
    [InlineData("fusion", "repeatpad")]
    [InlineData("rand_trunc", "pad")]
    public void Feature_settings_of_other_models_are_refused(string truncation, string padding)
    {
        var exception = Assert.Throws<CheckpointException>(
            () => new ClapFeatureConfig { Truncation = truncation, Padding = padding }.Validate("preprocessor_config.json"));

        Assert.Contains(truncation, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_with_feature_fusion_is_refused()
    {
        var config = new ClapConfig { AudioConfig = new ClapAudioConfig { EnableFusion = true } };

        var exception = Assert.Throws<CheckpointException>(() => new ClapModel(config, new Placement(META, ScalarType.Float32)));

        Assert.Contains("enable_fusion", exception.Message, StringComparison.Ordinal);
    }

    /// <summary>Tokens as transformers returns them: [batch, hidden, bins of a part, parts of the time axis side by side].</summary>
    private static Tensor Regroup(Tensor tokens, long[] shape)
    {
        var bins = shape[2];
        var side = (long)Math.Sqrt(tokens.shape[1]);
        return tokens.reshape(tokens.shape[0], side / bins, bins, side, -1).permute(0, 4, 2, 1, 3).reshape(shape);
    }

    private static ClapFeatureConfig FeatureConfig() =>
        ComponentFolder.ReadConfig<ClapFeatureConfig>(Fixtures.Path("rewards", "hf_clap", "model"), "preprocessor_config.json");

    private static ClapModel Load(string folder, Placement? placement = null)
    {
        var model = new ClapModel(ComponentFolder.ReadConfig<ClapConfig>(folder), placement ?? Placement.Cpu);
        using var weights = ComponentFolder.OpenWeights(folder);
        StateDictLoader.Load(model, weights, s_rules);
        return model;
    }
}
