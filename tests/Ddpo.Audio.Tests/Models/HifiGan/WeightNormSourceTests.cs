using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Models.HifiGan;
using Ddpo.Audio.Models.Layers;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Models.HifiGan;

public sealed class WeightNormSourceTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly IDisposable _noGradient = no_grad();

    public void Dispose()
    {
        _noGradient.Dispose();
        _scope.Dispose();
    }

    [Theory]
    [InlineData(".weight_g", ".weight_v")]
    [InlineData(".parametrizations.weight.original0", ".parametrizations.weight.original1")]
    public void Normalised_weights_make_the_same_vocoder_as_plain_ones(string length, string direction)
    {
        using var plain = SpeechT5HifiGan.Load(Fixtures.Path("tiny-audioldm2", "vocoder"), Placement.Cpu);
        using var folded = new SpeechT5HifiGan(plain.Config, Placement.Cpu);

        using var source = WeightNormSource.Over(new MemorySource(Normalised(plain.state_dict(), length, direction)));
        StateDictLoader.Load(folded, source);

        var loaded = folded.state_dict();
        Assert.All(plain.state_dict(), pair =>
            Comparison.Of(pair.Key, pair.Value, loaded[pair.Key], new Tolerance(1e-7, 1e-5)).AssertNoneOutside());
    }

    [Fact]
    public void A_folded_weight_is_read_in_the_stored_type()
    {
        var weight = tensor(new float[] { 3, 4, 0, 2 }).reshape(2, 2, 1);
        using var source = WeightNormSource.Over(new MemorySource(new Dictionary<string, Tensor>
        {
            ["conv.weight_g"] = tensor(new float[] { 10, 1 }).reshape(2, 1, 1).to(ScalarType.Float16),
            ["conv.weight_v"] = weight.to(ScalarType.Float16),
        }));

        var read = source.Read("conv.weight");

        Assert.Equal(["conv.weight"], source.Entries.Keys);
        Assert.Equal(ScalarType.Float16, read.dtype);
        Assert.Equal([6, 8, 0, 1], read.to(ScalarType.Float32).data<float>().ToArray());
    }

    [Fact]
    public void A_source_without_normalised_weights_is_used_as_it_is()
    {
        var source = new MemorySource(new Dictionary<string, Tensor> { ["conv.weight"] = ones(2, 2) });

        Assert.Same(source, WeightNormSource.Over(source));
    }

    [Fact]
    public void A_half_without_its_other_half_stays_for_the_loader_to_report()
    {
        using var plain = SpeechT5HifiGan.Load(Fixtures.Path("tiny-audioldm2", "vocoder"), Placement.Cpu);
        using var folded = new SpeechT5HifiGan(plain.Config, Placement.Cpu);
        var stored = Normalised(plain.state_dict(), ".weight_g", ".weight_v");
        stored.Remove("conv_pre.weight_v");

        var error = Assert.Throws<CheckpointException>(
            () => StateDictLoader.Load(folded, WeightNormSource.Over(new MemorySource(stored))));

        Assert.Contains("conv_pre.weight_g", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("conv_post.weight", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lengths_for_another_number_of_rows_are_refused()
    {
        var stored = new Dictionary<string, Tensor> { ["conv.weight_g"] = ones(3, 1, 1), ["conv.weight_v"] = ones(2, 2, 1) };

        var error = Assert.Throws<CheckpointException>(() => WeightNormSource.Over(new MemorySource(stored)));

        Assert.Contains("conv.weight_g", error.Message, StringComparison.Ordinal);
        Assert.Contains("[3, 1, 1]", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Splits every weight into its rows' lengths and directions of arbitrary length.</summary>
    private static Dictionary<string, Tensor> Normalised(Dictionary<string, Tensor> state, string length, string direction)
    {
        var stored = new Dictionary<string, Tensor>();
        foreach (var (key, value) in state)
        {
            if (!key.EndsWith(".weight", StringComparison.Ordinal))
            {
                stored[key] = value;
                continue;
            }

            var layer = key[..^".weight".Length];
            var rows = value.shape[0];
            stored[layer + length] = value.flatten(1).norm(1).reshape(rows, 1, 1);
            stored[layer + direction] = value * (rand(rows, 1, 1) + 0.5);
        }

        return stored;
    }
}
