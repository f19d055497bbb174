using Ddpo.Audio.Models.Layers;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Models.Layers;

public sealed class ActivationTests
{
    [Theory]
    [InlineData("gelu_new")]
    [InlineData("gelu_pytorch_tanh")]
    public void Gelu_by_tanh_is_the_published_formula(string name)
    {
        using var scope = NewDisposeScope();
        var input = linspace(-8, 8, 4001, ScalarType.Float64);
        var expected = Array.ConvertAll(
            input.data<double>().ToArray(), x => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x)))));

        var actual = Activation.Named(name, "activation_function")(input.to(ScalarType.Float32));

        Comparison.Of(name, tensor(expected), actual, new Tolerance(1e-6, 1e-6)).AssertNoneOutside();
    }
}
