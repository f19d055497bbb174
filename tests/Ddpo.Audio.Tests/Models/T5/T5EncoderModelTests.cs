using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Models.Layers;
using Ddpo.Audio.Models.T5;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Models.T5;

public sealed class T5EncoderModelTests
{
    private const string Shared = "shared.weight";
    private const string Embedded = "encoder.embed_tokens.weight";
    private static readonly string _folder = Path.Combine(TextModels.Tiny, "text_encoder_2");

    [Theory]
    [MemberData(nameof(TextModels.GoldenHalves), MemberType = typeof(TextModels))]
    public void Hidden_states_equal_the_reference(string name, string half)
    {
        using var golden = GoldenCase.Open(name);
        using var model = TextModels.T5(TextModels.Tiny);
        using var scope = NewDisposeScope();

        var hidden = model.call(golden[half + "t5_input_ids"], golden[half + "t5_attention_mask"]);

        golden.AssertClose(half + "t5_hidden", hidden);
    }

    [FixtureFact("full_size_keys/text_encoder_2.txt")]
    public void Keys_types_and_shapes_are_the_published_models()
    {
        using var model = new T5EncoderModel(KeyListing.Config<T5Config>("text_encoder_2"), TextModels.Meta);

        KeyListing.AssertMatches("text_encoder_2", model);
    }

    [Theory]
    [InlineData(Shared)]
    [InlineData(Embedded)]
    [InlineData(Shared, Embedded)]
    public void The_word_table_loads_under_either_name_or_both(params string[] stored)
    {
        using var expected = TextModels.T5(TextModels.Tiny);
        using var source = WordTableAs(stored);
        using var model = NewModel();

        StateDictLoader.Load(model, source, T5EncoderModel.Rules);

        var (got, wanted) = (model.state_dict(), expected.state_dict());
        Assert.Equal(wanted[Shared].data<float>().ToArray(), got[Shared].data<float>().ToArray());
        Assert.Equal(wanted[Shared].data<float>().ToArray(), got[Embedded].data<float>().ToArray());
    }

    [Fact]
    public void A_checkpoint_without_the_word_table_is_refused()
    {
        using var source = WordTableAs();
        using var model = NewModel();

        var error = Assert.Throws<CheckpointException>(() => StateDictLoader.Load(model, source, T5EncoderModel.Rules));

        Assert.Contains(Shared, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_table_under_two_names_is_one_parameter()
    {
        using var model = NewModel();

        Assert.Single(model.parameters(), parameter => parameter.shape[0] == Config().VocabSize);
    }

    [Theory]
    [InlineData("relu", new[] { "wi", "wo" })]
    [InlineData("gated-relu", new[] { "wi_0", "wi_1", "wo" })]
    public void The_feed_forward_layers_follow_the_configuration(string projection, string[] layers)
    {
        using var model = new T5EncoderModel(Config() with { FeedForwardProj = projection }, TextModels.Meta);

        const string prefix = "encoder.block.0.layer.1.DenseReluDense.";
        var keys = model.state_dict().Keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal));
        Assert.Equal(layers.Select(layer => $"{prefix}{layer}.weight"), keys.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(false, 1.0, 4.0)]
    [InlineData(true, 2.0, 16.0)]
    public void The_feed_forward_layer_computes_what_its_kind_says(bool gated, double input, double expected)
    {
        // All weights 1 and one feature: relu gives act(x) = x, a gate multiplies it with x once more; four features wide.
        var config = new T5Config { ModelDim = 1, FeedForwardDim = 4, FeedForwardProj = gated ? "gated-relu" : "relu" };
        using var layer = new T5FeedForward(config, Placement.Cpu);
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        foreach (var parameter in layer.parameters())
        {
            parameter.fill_(1);
        }

        Assert.Equal((float)expected, layer.call(full(1, 1, 1, input, ScalarType.Float32)).item<float>());
    }

    [Theory]
    [InlineData("mish")]
    [InlineData("gated-mish")]
    [InlineData("gated-")]
    public void An_unknown_feed_forward_is_refused_by_name(string projection)
    {
        var error = Assert.Throws<CheckpointException>(
            () => new T5EncoderModel(Config() with { FeedForwardProj = projection }, TextModels.Meta));

        Assert.Contains("(feed_forward_proj)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fp16_keeps_the_widest_sums_in_fp32()
    {
        using var model = new T5EncoderModel(Config(), new Placement(META, ScalarType.Float16));

        Assert.All(model.state_dict(), entry => Assert.Equal(
            entry.Key.EndsWith(".wo.weight", StringComparison.Ordinal) ? ScalarType.Float32 : ScalarType.Float16,
            entry.Value.dtype));
    }

    [Fact]
    public void Fp16_weights_give_nearly_the_same_states()
    {
        using var model = TextModels.T5(TextModels.Tiny);
        using var half = TextModels.T5(TextModels.Tiny, new Placement(TestDevice.Fastest, ScalarType.Float16));
        using var scope = NewDisposeScope();
        var (ids, mask) = Text(9);

        var actual = half.call(ids.to(TestDevice.Fastest), mask.to(TestDevice.Fastest));

        Assert.Equal(ScalarType.Float16, actual.dtype);
        var expected = model.call(ids, mask);
        var error = (actual.to(ScalarType.Float32).cpu() - expected).norm() / expected.norm();
        Assert.InRange(error.item<float>(), 0, 0.01f);
    }

    [Fact]
    public void Fp16_sums_that_overflow_stay_finite()
    {
        using var model = TextModels.T5(TextModels.Tiny, new Placement(TestDevice.Fastest, ScalarType.Float16));
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        var (ids, mask) = Text(9);
        model.state_dict()["encoder.block.0.layer.0.SelfAttention.o.weight"].fill_(60000);

        var hidden = model.call(ids.to(TestDevice.Fastest), mask.to(TestDevice.Fastest));

        Assert.True(hidden.isfinite().all().item<bool>());
    }

    [Fact]
    public void Bfloat16_weights_give_nearly_the_same_states()
    {
        using var model = TextModels.T5(TextModels.Tiny);
        using var half = TextModels.T5(TextModels.Tiny, new Placement(CPU, ScalarType.BFloat16));
        using var scope = NewDisposeScope();
        var (ids, mask) = Text(9);

        var (expected, actual) = (model.call(ids, mask), half.call(ids, mask));

        Assert.Equal(ScalarType.BFloat16, actual.dtype);
        var error = (actual.to(ScalarType.Float32) - expected).norm() / expected.norm();
        Assert.InRange(error.item<float>(), 0, 0.05f);
    }

    [Fact]
    public void The_musicbox_loads()
    {
        using var model = TextModels.T5(TextModels.Musicbox);
        using var scope = NewDisposeScope();
        var (ids, mask) = Text(9);

        Assert.True(model.call(ids, mask).isfinite().all().item<bool>());
    }

    [Fact]
    public void Repeated_calls_leave_no_tensors()
    {
        using var model = TextModels.T5(TextModels.Tiny);
        using var scope = NewDisposeScope();
        var (ids, mask) = Text(7);

        LiveTensors.AssertFlat(() => model.call(ids, mask).Dispose());
    }

    private static T5Config Config() => ComponentFolder.ReadConfig<T5Config>(_folder);

    private static T5EncoderModel NewModel() => new(Config(), Placement.Cpu);

    private static EditedSource WordTableAs(params string[] names) =>
        new(ComponentFolder.OpenWeights(_folder), name => name is Shared or Embedded ? names : [name]);

    private static (Tensor Ids, Tensor Mask) Text(int tokens) =>
        (arange(tokens, ScalarType.Int64).remainder(7).add(4).unsqueeze(0), ones(1, tokens, ScalarType.Int64));
}
