using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Models.Clap;
using Ddpo.Audio.Models.Layers;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Models.Clap;

public sealed class ClapTextModelTests
{
    private static readonly string _folder = Path.Combine(TextModels.Tiny, "text_encoder");

    [Theory]
    [MemberData(nameof(TextModels.GoldenHalves), MemberType = typeof(TextModels))]
    public void Text_features_equal_the_reference(string name, string half)
    {
        using var golden = GoldenCase.Open(name);
        using var model = TextModels.Clap(TextModels.Tiny);
        using var scope = NewDisposeScope();

        var features = model.GetTextFeatures(golden[half + "clap_input_ids"], golden[half + "clap_attention_mask"]);

        golden.AssertClose(half + "text_embeds", features);
    }

    [Fact]
    public void Padding_changes_nothing()
    {
        using var model = TextModels.Clap(TextModels.Tiny);
        using var scope = NewDisposeScope();
        var (ids, mask) = Text(5);
        var padding = full(1, 4, 1L, ScalarType.Int64);

        var padded = model.GetTextFeatures(cat([ids, padding], 1), cat([mask, zeros_like(padding)], 1));

        Assert.True(model.GetTextFeatures(ids, mask).allclose(padded, rtol: 1e-4, atol: 1e-6));
    }

    [Fact]
    public void A_checkpoint_without_the_index_buffers_loads()
    {
        using var source = new EditedSource(
            ComponentFolder.OpenWeights(_folder), name => name.EndsWith("_ids", StringComparison.Ordinal) ? [] : [name]);
        using var model = NewModel();

        StateDictLoader.Load(model, source, ClapModel.Rules);

        var stored = model.state_dict()["text_model.embeddings.position_ids"];
        Assert.Equal(Enumerable.Range(0, (int)stored.shape[1]).Select(i => (long)i), stored.data<long>().ToArray());
    }

    [Fact]
    public void Missing_weights_are_listed()
    {
        using var source = new EditedSource(
            ComponentFolder.OpenWeights(_folder), name => name.Contains(".pooler.", StringComparison.Ordinal) ? [] : [name]);
        using var model = NewModel();

        var error = Assert.Throws<CheckpointException>(
            () => StateDictLoader.Load(model, source, ClapModel.Rules));

        Assert.Contains("text_model.pooler.dense.weight", error.Message, StringComparison.Ordinal);
        Assert.Contains("text_model.pooler.dense.bias", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_that_the_file_leaves_out_have_the_class_defaults()
    {
        var config = ComponentFolder.ReadConfig<ClapConfig>(_folder).TextConfig;

        Assert.Equal(1e-12, config.LayerNormEps);
        Assert.Equal("gelu", config.HiddenAct);
        Assert.Equal(1, config.PadTokenId);
        Assert.Equal(1, config.TypeVocabSize);
    }

    [Theory]
    [InlineData("hidden_act")]
    [InlineData("projection_hidden_act")]
    public void An_unknown_activation_is_refused_by_name(string setting)
    {
        var config = ComponentFolder.ReadConfig<ClapConfig>(_folder);
        config = setting == "hidden_act"
            ? config with { TextConfig = config.TextConfig with { HiddenAct = "quick_mish" } }
            : config with { ProjectionHiddenAct = "quick_mish" };

        var error = Assert.Throws<CheckpointException>(() => new ClapModel(config, TextModels.Meta));

        Assert.Contains("quick_mish", error.Message, StringComparison.Ordinal);
        Assert.Contains($"({setting})", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Heads_that_do_not_divide_the_features_are_refused()
    {
        var config = new ClapTextConfig { HiddenSize = 10, NumAttentionHeads = 3 };

        var error = Assert.Throws<CheckpointException>(() => new ClapTextModel(config, TextModels.Meta));

        Assert.Contains("3 attention heads for 10 features", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_longer_than_the_positions_is_refused()
    {
        var config = ComponentFolder.ReadConfig<ClapConfig>(_folder).TextConfig;
        var most = config.MaxPositionEmbeddings - config.PadTokenId - 1;
        using var model = TextModels.Clap(TextModels.Tiny);
        using var scope = NewDisposeScope();
        var (ids, mask) = Text(most);
        var (longer, longerMask) = Text(most + 1);

        Assert.Equal(1, model.GetTextFeatures(ids, mask).shape[0]);
        var error = Assert.Throws<ArgumentException>(() => model.GetTextFeatures(longer, longerMask));
        Assert.Contains($"{most + 1} tokens", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_musicbox_loads_and_gives_unit_vectors()
    {
        using var model = TextModels.Clap(TextModels.Musicbox);
        using var scope = NewDisposeScope();
        var (ids, mask) = Text(6);

        Assert.Equal(1, model.GetTextFeatures(ids, mask).norm().item<float>(), tolerance: 1e-5f);
    }

    [Fact]
    public void Repeated_calls_leave_no_tensors()
    {
        using var model = TextModels.Clap(TextModels.Tiny);
        using var scope = NewDisposeScope();
        var (ids, mask) = Text(7);

        LiveTensors.AssertFlat(() => model.GetTextFeatures(ids, mask).Dispose());
    }

    [Fact]
    public void Bfloat16_weights_give_nearly_the_same_direction()
    {
        using var model = TextModels.Clap(TextModels.Tiny);
        using var half = TextModels.Clap(TextModels.Tiny, new Placement(CPU, ScalarType.BFloat16));
        using var scope = NewDisposeScope();
        var (ids, mask) = Text(7);

        var features = half.GetTextFeatures(ids, mask);

        Assert.Equal(ScalarType.BFloat16, features.dtype);
        var cosine = (features.to(ScalarType.Float32) * model.GetTextFeatures(ids, mask)).sum().item<float>();
        Assert.InRange(cosine, 0.99f, 1.01f);
    }

    private static ClapModel NewModel() => new(ComponentFolder.ReadConfig<ClapConfig>(_folder), Placement.Cpu);

    /// <summary>Ids that are no padding, and their mask, [1, tokens].</summary>
    private static (Tensor Ids, Tensor Mask) Text(int tokens) =>
        (arange(tokens, ScalarType.Int64).remainder(7).add(4).unsqueeze(0), ones(1, tokens, ScalarType.Int64));
}
