using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Models.Gpt2;
using Ddpo.Audio.Models.Layers;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Models.Gpt2;

public sealed class Gpt2ModelTests
{
    private static readonly string _folder = Path.Combine(TextModels.Tiny, "language_model");

    [Theory]
    [MemberData(nameof(TextModels.GoldenHalves), MemberType = typeof(TextModels))]
    public void Hidden_states_equal_the_reference(string name, string half)
    {
        using var golden = GoldenCase.Open(name);
        using var model = TextModels.Gpt2(TextModels.Tiny);
        using var scope = NewDisposeScope();

        var hidden = model.call(golden[half + "projected"], golden[half + "projected_mask"]);

        golden.AssertClose(half + "gpt2_first_hidden", hidden);
    }

    [Theory]
    [MemberData(nameof(TextModels.GoldenHalves), MemberType = typeof(TextModels))]
    public void Generated_vectors_equal_the_reference(string name, string half)
    {
        using var golden = GoldenCase.Open(name);
        using var model = TextModels.Gpt2(TextModels.Tiny);
        using var scope = NewDisposeScope();

        var generated = model.GenerateHiddenStates(
            golden[half + "projected"], golden[half + "projected_mask"], golden.Scalars.GetProperty("max_new_tokens").GetInt32());

        golden.AssertClose(half + "generated", generated);
    }

    [Fact]
    public void The_cache_changes_nothing()
    {
        using var model = TextModels.Gpt2(TextModels.Tiny);
        using var scope = NewDisposeScope();
        var (embeds, mask) = Sequence(tokens: 6);
        mask[0, 3] = tensor(0L);

        var generated = model.GenerateHiddenStates(embeds, mask, 4);

        for (var i = 0; i < 4; i++)
        {
            embeds = cat([embeds, model.call(embeds, mask).narrow(1, embeds.shape[1] - 1, 1)], 1);
            mask = cat([mask, ones(mask.shape[0], 1, mask.dtype)], 1);
        }

        Assert.True(embeds.narrow(1, 6, 4).allclose(generated, rtol: 1e-4, atol: 1e-5));
    }

    [Fact]
    public void One_new_vector_is_the_last_output()
    {
        using var model = TextModels.Gpt2(TextModels.Tiny);
        using var scope = NewDisposeScope();
        var (embeds, mask) = Sequence(tokens: 3);

        var generated = model.GenerateHiddenStates(embeds, mask, 1);

        Assert.True(model.call(embeds, mask).narrow(1, 2, 1).allclose(generated, rtol: 1e-4, atol: 1e-5));
    }

    [FixtureFact("full_size_keys/language_model.txt")]
    public void Keys_types_and_shapes_are_the_published_models()
    {
        using var model = new Gpt2Model(KeyListing.Config<Gpt2Config>("language_model"), TextModels.Meta);

        KeyListing.AssertMatches("language_model", model, name => name == "wte.weight");
    }

    [Fact]
    public void Stored_causal_masks_are_passed_over()
    {
        using var source = new EditedSource(
            ComponentFolder.OpenWeights(_folder),
            name => name.EndsWith(".attn.c_attn.bias", StringComparison.Ordinal)
                ? [name, name.Replace("c_attn.", "", StringComparison.Ordinal), name.Replace("c_attn.", "masked_", StringComparison.Ordinal)]
                : [name]);
        using var model = NewModel(Config());

        StateDictLoader.Load(model, source, Gpt2Model.Rules);

        Assert.Contains(source.Entries.Keys, name => name.EndsWith(".attn.bias", StringComparison.Ordinal));
        Assert.Contains(source.Entries.Keys, name => name.EndsWith(".attn.masked_bias", StringComparison.Ordinal));
    }

    [Fact]
    public void A_checkpoint_with_a_word_head_loads()
    {
        using var expected = TextModels.Gpt2(TextModels.Tiny);
        using var source = new EditedSource(
            ComponentFolder.OpenWeights(_folder),
            name => name == "wte.weight" ? [$"transformer.{name}", "lm_head.weight"] : [$"transformer.{name}"]);
        using var model = NewModel(Config());
        using var scope = NewDisposeScope();
        var (embeds, mask) = Sequence(tokens: 4);

        StateDictLoader.Load(model, source, Gpt2Model.Rules);

        Assert.True(expected.call(embeds, mask).allclose(model.call(embeds, mask)));
    }

    [Fact]
    public void Words_are_passed_over_whether_they_are_there_or_not()
    {
        using var source = new EditedSource(ComponentFolder.OpenWeights(_folder), name => name == "wte.weight" ? [] : [name]);
        using var model = NewModel(Config());

        StateDictLoader.Load(model, source, Gpt2Model.Rules);

        using var whole = ComponentFolder.OpenWeights(_folder);
        Assert.Contains("wte.weight", whole.Entries.Keys);
        Assert.DoesNotContain("wte.weight", model.state_dict().Keys);
    }

    [Fact]
    public void Missing_weights_are_listed()
    {
        using var source = new EditedSource(
            ComponentFolder.OpenWeights(_folder), name => name.StartsWith("wpe.", StringComparison.Ordinal) ? [] : [name]);
        using var model = NewModel(Config());

        var error = Assert.Throws<CheckpointException>(() => StateDictLoader.Load(model, source, Gpt2Model.Rules));

        Assert.Contains("wpe.weight", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_activation_is_refused_by_name()
    {
        var error = Assert.Throws<CheckpointException>(() => NewModel(Config() with { ActivationFunction = "mish" }));

        Assert.Contains("'mish' (activation_function)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Heads_that_do_not_divide_the_features_are_refused()
    {
        var error = Assert.Throws<CheckpointException>(() => NewModel(Config() with { NumHeads = Config().ModelDim + 1 }));

        Assert.Contains("attention heads", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sequence_longer_than_the_positions_is_refused()
    {
        using var model = TextModels.Gpt2(TextModels.Tiny);
        using var scope = NewDisposeScope();
        var positions = Config().Positions;
        var (embeds, mask) = Sequence(positions);

        Assert.Equal(1, model.GenerateHiddenStates(embeds, mask, 1).shape[1]);
        var error = Assert.Throws<ArgumentException>(() => model.GenerateHiddenStates(embeds, mask, 2));
        Assert.Contains($"{positions + 1}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void At_least_one_vector_must_be_generated(int count)
    {
        using var model = TextModels.Gpt2(TextModels.Tiny);
        using var scope = NewDisposeScope();
        var (embeds, mask) = Sequence(tokens: 3);

        Assert.Throws<ArgumentOutOfRangeException>(() => model.GenerateHiddenStates(embeds, mask, count));
    }

    [Fact]
    public void Bfloat16_weights_give_nearly_the_same_vectors()
    {
        using var model = TextModels.Gpt2(TextModels.Tiny);
        using var half = TextModels.Gpt2(TextModels.Tiny, new Placement(CPU, ScalarType.BFloat16));
        using var scope = NewDisposeScope();
        var (embeds, mask) = Sequence(tokens: 6);

        var expected = model.GenerateHiddenStates(embeds, mask, 3);
        var actual = half.GenerateHiddenStates(embeds.to(ScalarType.BFloat16), mask, 3);

        Assert.Equal(ScalarType.BFloat16, actual.dtype);
        var error = (actual.to(ScalarType.Float32) - expected).norm() / expected.norm();
        Assert.InRange(error.item<float>(), 0, 0.1f);
    }

    [Fact]
    public void The_musicbox_loads()
    {
        using var model = TextModels.Gpt2(TextModels.Musicbox);
        using var scope = NewDisposeScope();
        var features = ComponentFolder.ReadConfig<Gpt2Config>(Path.Combine(TextModels.Musicbox, "language_model")).ModelDim;

        var generated = model.GenerateHiddenStates(ones(2, 4, features), ones(2, 4, ScalarType.Int64), 3);

        Assert.Equal([2L, 3L, features], generated.shape);
        Assert.True(generated.isfinite().all().item<bool>());
    }

    [Fact]
    public void Repeated_generation_leaves_no_tensors()
    {
        using var model = TextModels.Gpt2(TextModels.Tiny);
        using var scope = NewDisposeScope();
        var (embeds, mask) = Sequence(tokens: 6);

        LiveTensors.AssertFlat(() => model.GenerateHiddenStates(embeds, mask, 3).Dispose());
        LiveTensors.AssertFlat(() => model.call(embeds, mask).Dispose());
    }

    private static Gpt2Config Config() => ComponentFolder.ReadConfig<Gpt2Config>(_folder);

    private static Gpt2Model NewModel(Gpt2Config config) => new(config, Placement.Cpu);

    private static (Tensor Embeds, Tensor Mask) Sequence(int tokens)
    {
        var features = Config().ModelDim;
        return (arange(2 * tokens * features, ScalarType.Float32).sin().reshape(2, tokens, features), ones(2, tokens, ScalarType.Int64));
    }
}
