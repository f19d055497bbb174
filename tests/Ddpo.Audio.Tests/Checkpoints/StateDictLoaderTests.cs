using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Checkpoints.Safetensors;
using Ddpo.Audio.Models.Layers;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Checkpoints;

public sealed class StateDictLoaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();

    [Fact]
    public void Every_tensor_of_a_component_lands_in_the_model_and_the_bytes_are_told()
    {
        using var source = ComponentFolder.OpenWeights(Fixtures.Path("tiny-audioldm2", "vae"));
        using var model = new DictModule(source.Entries.Values.Select(entry => (entry.Name, entry.Dtype, entry.Shape.ToArray())));
        var progress = new Recorder();

        StateDictLoader.Load(model, source, bytes: progress);

        foreach (var (name, tensor) in model.state_dict())
        {
            Assert.True(tensor.equal(source.Read(name)).all().item<bool>(), name);
        }

        Assert.Equal(source.Entries.Count, progress.Reports.Count);
        Assert.Equal(source.Entries.Values.Sum(entry => entry.Bytes), progress.Reports[^1]);
        Assert.Equal(progress.Reports.Order(), progress.Reports);
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void A_layer_is_filled_in_its_own_precision(ScalarType dtype)
    {
        var weight = randn(2, 3);
        using var layer = new Linear(3, 2, new Placement(CPU, dtype), bias: false);

        StateDictLoader.Load(layer, Source(("weight", weight)));

        Assert.True(layer.Weight.equal(weight.to(dtype)).all().item<bool>());
        Assert.Equal(dtype, layer.Weight.dtype);
    }

    [Theory]
    [InlineData(float.NaN, ScalarType.Float32)]
    [InlineData(float.PositiveInfinity, ScalarType.Float32)]
    [InlineData(float.NegativeInfinity, ScalarType.BFloat16)]
    [InlineData(1e6f, ScalarType.Float16)]
    public void Values_that_are_not_finite_are_refused_by_name(float bad, ScalarType dtype)
    {
        using var layer = new Linear(3, 2, new Placement(CPU, dtype), bias: false);
        using var source = Source(("weight", tensor(new[] { 1, 2, bad, 4, 5, 6 }).reshape(2, 3)));

        var exception = Assert.Throws<CheckpointException>(() => StateDictLoader.Load(layer, source));

        Assert.Contains($"'weight' in '{source.Location}' has values that are not finite", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ScalarType.Float32, ScalarType.Float32)]
    [InlineData(ScalarType.Float32, ScalarType.Float16)]
    [InlineData(ScalarType.Float16, ScalarType.Float32)]
    public void Long_tensors_are_read_whole_and_looked_at_to_the_end(ScalarType stored, ScalarType loaded)
    {
        const long Count = 3_000_001; // several pieces, and a rest
        var (path, values) = (_folder["long.safetensors"], arange(Count).remainder(2048).to(stored));
        using var model = new DictModule([("weight", loaded, [Count])]);
        SafetensorsWriter.Write(path, new Dictionary<string, Tensor> { ["weight"] = values });
        using (var whole = SafetensorsFile.Open(path))
        {
            StateDictLoader.Load(model, whole);
        }

        Assert.True(model.State["weight"].eq(values.to(loaded)).all().item<bool>());

        values[Count - 1] = tensor(float.NaN, stored);
        SafetensorsWriter.Write(path, new Dictionary<string, Tensor> { ["weight"] = values });
        using var broken = SafetensorsFile.Open(path);
        Assert.Contains("not finite", Assert.Throws<CheckpointException>(() => StateDictLoader.Load(model, broken)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Large_values_whose_sum_is_infinite_are_loaded()
    {
        using var layer = new Linear(3, 1, new Placement(CPU, ScalarType.Float32), bias: false);

        StateDictLoader.Load(layer, Source(("weight", full([1, 3], 3e38f))));

        Assert.Equal(3e38f, layer.Weight[0, 2].item<float>());
    }

    [Fact]
    public void All_bad_keys_are_in_one_message_and_nothing_is_loaded()
    {
        using var model = Model("kept", "missing.one", "missing.two", "narrow", "counted");
        using var source = Source(
            ("kept", ones(2)), ("narrow", ones(3)), ("counted", ones([2], ScalarType.Int64)), ("extra.one", ones(1)), ("extra.two", ones(1)));

        var exception = Assert.Throws<CheckpointException>(() => StateDictLoader.Load(model, source));

        Assert.Contains("Missing (2): missing.one; missing.two", exception.Message, StringComparison.Ordinal);
        Assert.Contains("Unexpected (2): extra.one; extra.two", exception.Message, StringComparison.Ordinal);
        Assert.Contains("narrow: expected [2], found [3]", exception.Message, StringComparison.Ordinal);
        Assert.Contains("counted: expected Float32, found Int64", exception.Message, StringComparison.Ordinal);
        Assert.Contains(source.Location, exception.Message, StringComparison.Ordinal);
        Assert.Equal(0f, model.State["kept"].sum().item<float>());
    }

    [Fact]
    public void Names_can_be_changed_skipped_and_left_out_as_declared()
    {
        using var model = Model("a", "position_ids");
        using var source = Source(("model.a", ones(2)), ("model.attn.bias", ones(1)));

        StateDictLoader.Load(model, source, new StateDictRules
        {
            Rename = name => name.EndsWith("attn.bias", StringComparison.Ordinal) ? null : name["model.".Length..],
            MayBeMissing = key => key == "position_ids",
        });

        Assert.Equal(2f, model.State["a"].sum().item<float>());
        Assert.Equal(0f, model.State["position_ids"].sum().item<float>());
    }

    [Fact]
    public void What_belongs_to_a_part_that_is_left_out_is_neither_read_nor_counted()
    {
        using var model = Model("a");
        using var source = Source(("a", ones(2)), ("part.b", full([1], float.NaN)));
        var rules = new StateDictRules { IsLeftOut = key => key.StartsWith("part.", StringComparison.Ordinal) };
        var progress = new Recorder();

        StateDictLoader.Load(model, source, rules, progress);

        Assert.Equal([8L], progress.Reports);
        Assert.Equal(8L, rules.BytesOf(source));
        Assert.Throws<CheckpointException>(() => StateDictLoader.Load(model, source));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void Tied_weights_may_be_stored_under_either_name_or_both(bool first, bool second)
    {
        using var model = Model("shared.weight");
        var stored = new List<(string, Tensor)>();
        if (first)
        {
            stored.Add(("shared.weight", ones(2)));
        }

        if (second)
        {
            stored.Add(("encoder.embed_tokens.weight", ones(2)));
        }

        using var source = Source([.. stored]);

        StateDictLoader.Load(model, source, Tied);

        Assert.Equal(2f, model.State["shared.weight"].sum().item<float>());
    }

    [Fact]
    public void Tied_weights_that_differ_are_refused()
    {
        using var model = Model("shared.weight");
        using var source = Source(("shared.weight", ones(2)), ("encoder.embed_tokens.weight", zeros(2)));

        var exception = Assert.Throws<CheckpointException>(() => StateDictLoader.Load(model, source, Tied));

        Assert.Contains("stand for the same weights", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cancelled_load_stops()
    {
        using var model = Model("a");
        using var source = Source(("a", ones(2)));

        Assert.Throws<OperationCanceledException>(() => StateDictLoader.Load(model, source, ct: new CancellationToken(canceled: true)));
    }

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    private static StateDictRules Tied => new() { Rename = name => name == "encoder.embed_tokens.weight" ? "shared.weight" : name };

    private static DictModule Model(params string[] names) => new(names.Select(name => (name, ScalarType.Float32, new long[] { 2 })));

    private SafetensorsFile Source(params (string Name, Tensor Value)[] tensors)
    {
        SafetensorsWriter.Write(_folder["source"], tensors.ToDictionary(tensor => tensor.Name, tensor => tensor.Value));
        return SafetensorsFile.Open(_folder["source"]);
    }

    private sealed class Recorder : IProgress<long>
    {
        public List<long> Reports { get; } = [];

        public void Report(long value) => Reports.Add(value);
    }
}
