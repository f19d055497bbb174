using Ddpo.Audio.Models.Layers;
using Ddpo.Audio.Models.UNet;

namespace Ddpo.Audio.Tests.Models.UNet;

/// <summary>Many tokens go through in pieces, and nothing is changed by that.</summary>
public sealed class GatedFeedForwardTests
{
    private const long Channels = 16;

    [Theory]
    [InlineData(1, 2048)] // at once
    [InlineData(1, 2049)]
    [InlineData(3, 2000)]
    public void Many_tokens_are_like_few(long batch, long tokens)
    {
        using var scope = NewDisposeScope();
        using var layer = Layer();
        var few = Input(batch, tokens);
        var many = few.detach().clone().requires_grad_(true);

        var expected = cat([.. few.split(500, 1).Select(layer.call)], 1);
        var actual = layer.call(many);
        (expected * expected).sum().backward();
        (actual * actual).sum().backward();

        Assert.Equal(few.shape, actual.shape);
        Assert.True(expected.abs().max().item<float>() > 0.1f);
        Assert.True(allclose(expected, actual, rtol: 1e-4, atol: 1e-6), $"{(expected - actual).abs().max().item<float>()}");
        Assert.True(allclose(few.grad!, many.grad!, rtol: 1e-4, atol: 1e-6), $"{(few.grad! - many.grad!).abs().max().item<float>()}");
    }

    [Fact]
    public void Without_gradients_the_bits_are_the_same()
    {
        using var scope = NewDisposeScope();
        using var layer = Layer();
        var input = Input(2, 3000);

        var expected = layer.call(input);
        using var noGradient = no_grad();

        Assert.True(layer.call(input).equal(expected).all().item<bool>());
    }

    private static Tensor Input(long batch, long tokens) => randn(batch, tokens, Channels, generator: new Generator(1)).requires_grad_(true);

    private static GatedFeedForward Layer()
    {
        var layer = new GatedFeedForward(Channels, new Placement(CPU, ScalarType.Float32));
        using var noGradient = no_grad();
        foreach (var parameter in layer.parameters())
        {
            parameter.copy_(randn(parameter.shape, generator: new Generator(2)).mul(0.3));
        }

        return layer;
    }
}
