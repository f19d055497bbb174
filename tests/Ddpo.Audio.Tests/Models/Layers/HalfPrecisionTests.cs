using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Models.Clap;
using Ddpo.Audio.Models.Layers;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Models.Layers;

/// <summary>From the same numbers, half precision gives what fp32 gives, but for its own rounding.</summary>
public sealed class HalfPrecisionTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly IDisposable _noGradient = no_grad();

    public void Dispose()
    {
        _noGradient.Dispose();
        _scope.Dispose();
    }

    [Theory]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float16)]
    public void Pixels_are_repeated(ScalarType dtype)
    {
        AssertNearly(dtype, placement => new Upsample2D(6, placement), (layer, input) => layer.call(input), 2, 6, 5, 4);
        AssertNearly(dtype, placement => new Upsample2D(6, placement), (layer, input) => layer.ToSize(input, 9, 8), 2, 6, 5, 4);
    }

    // Fewer channels come out than go in, so that the weight's dimensions cannot be taken for each other.
    [Theory]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float16)]
    public void Transposed_convolutions_keep_their_channels_apart(ScalarType dtype) => AssertNearly(
        dtype, placement => new ConvTranspose1d(6, 4, 5, placement, stride: 3, padding: 1), (layer, input) => layer.call(input), 2, 6, 7);

    [Theory]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float16)]
    public void Spectrograms_are_stretched(ScalarType dtype)
    {
        var config = ComponentFolder.ReadConfig<ClapConfig>(Fixtures.Path("rewards", "hf_clap", "model")).AudioConfig;
        var frames = (config.SpecSize * config.FrequencyRatio) - 23;
        AssertNearly(
            dtype, placement => new ClapAudioEncoder(config, placement), (encoder, input) => encoder.ToImage(input), 2, 1, frames, config.NumMelBins);
    }

    [Theory]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float16)]
    public void Gelu_is_approximated(ScalarType dtype)
    {
        var gelu = Activation.Named("gelu_new", "activation_function");
        var input = linspace(-6, 6, 1001).to(dtype);
        AssertNearly(dtype, gelu(input.to(ScalarType.Float32)), gelu(input));
    }

    private static void AssertNearly<T>(ScalarType dtype, Func<Placement, T> make, Func<T, Tensor, Tensor> run, params long[] shape)
        where T : nn.Module
    {
        using var half = make(new Placement(TestDevice.Fastest, dtype));
        using var exact = make(Placement.Cpu);
        var weights = half.state_dict();
        foreach (var weight in weights.Values.Where(weight => weight.dtype == dtype))
        {
            weight.copy_(randn(weight.shape));
        }

        StateDictLoader.Load(exact, new MemorySource(weights));
        var input = randn(shape).to(dtype);

        AssertNearly(dtype, run(exact, input.to(ScalarType.Float32)), run(half, input.to(TestDevice.Fastest)));
    }

    private static void AssertNearly(ScalarType dtype, Tensor expected, Tensor actual)
    {
        Assert.Equal(dtype, actual.dtype);
        var scale = expected.abs().max().item<float>();
        Comparison.Of($"in {dtype}", expected, actual, new Tolerance(scale * (dtype == ScalarType.BFloat16 ? 8e-3 : 1e-3))).AssertNoneOutside();
    }
}
