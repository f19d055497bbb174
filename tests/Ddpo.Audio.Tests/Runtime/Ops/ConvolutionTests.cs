using Ddpo.Audio.Runtime.Ops;

namespace Ddpo.Audio.Tests.Runtime.Ops;

/// <summary>Convolutions against double precision, which no machine computes by oneDNN.</summary>
public sealed class ConvolutionTests
{
    public static TheoryData<int, int, ScalarType> Channels()
    {
        var data = new TheoryData<int, int, ScalarType>();
        foreach (var type in new[] { ScalarType.Float32, ScalarType.BFloat16, ScalarType.Float16 })
        {
            foreach (var (inputs, outputs) in new[] { (1, 8), (8, 1), (3, 24), (24, 24), (40, 33), (16, 48), (64, 20) })
            {
                data.Add(inputs, outputs, type);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Channels))]
    public void Any_number_of_channels_gives_the_right_values_and_gradients(int inputs, int outputs, ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(7);
        Tensor Random(params long[] shape) => randn(shape, generator: generator).to(type);

        foreach (var batch in new[] { 1, 16 })
        {
            Check(Random(batch, inputs, 6, 9), Random(outputs, inputs, 3, 3), Random(outputs), (x, w, b) => Convolution.Conv2d(x, w, b, [2, 1], [1, 1]));
            Check(Random(batch, inputs, 20), Random(outputs, inputs, 3), Random(outputs), (x, w, b) => Convolution.Conv1d(x, w, b, 1, 2, 2));
            Check(Random(batch, inputs, 20), Random(inputs, outputs, 4), Random(outputs), (x, w, b) => Convolution.ConvTranspose1d(x, w, b, 2, 1));
        }
    }

    [Fact]
    public void Channels_are_filled_up_to_whole_blocks_and_cut_off_again()
    {
        using var scope = NewDisposeScope();
        var filled = ChannelBlocks.Fill(ones(2, 3, 5), ones(20, 3, 4), ones(20), 16);
        Assert.Equal([2, 16, 5], filled.Input.shape);
        Assert.Equal([32, 16, 4], filled.Weight.shape);
        Assert.Equal([32], filled.Bias!.shape);
        Assert.Equal(20 * 3 * 4, filled.Weight.sum().item<float>()); // the rest is zero
        Assert.Equal([2, 20, 7], filled.Cut(ones(2, 32, 7)).shape);

        var transposed = ChannelBlocks.Fill(ones(2, 3, 5), ones(3, 20, 4), null, 16, isTransposed: true);
        Assert.Equal([16, 32, 4], transposed.Weight.shape);
        Assert.Null(transposed.Bias);

        var whole = ChannelBlocks.Fill(ones(2, 16, 5), ones(32, 16, 4), null, 16);
        Assert.Equal([2, 16, 5], whole.Input.shape);
        Assert.Equal([32, 16, 4], whole.Weight.shape);
    }

    private static void Check(Tensor input, Tensor weight, Tensor bias, Func<Tensor, Tensor, Tensor, Tensor> convolve)
    {
        Tensor[] operands = [input, weight, bias];
        var (found, foundGradients) = Run([.. operands.Select(operand => operand.requires_grad_())], convolve);
        var (expected, expectedGradients) = Run([.. operands.Select(operand => operand.detach().to(ScalarType.Float64).requires_grad_())], convolve);
        var tolerance = input.dtype switch { ScalarType.Float32 => 1e-5, ScalarType.Float16 => 6e-3, _ => 3e-2 };
        foreach (var (right, other) in foundGradients.Append(found).Zip(expectedGradients.Append(expected)))
        {
            var error = (right.to(ScalarType.Float64) - other).abs().max().item<double>() / other.abs().max().item<double>();
            Assert.True(error < tolerance, $"{string.Join('x', weight.shape)}: {error}");
        }
    }

    private static (Tensor Result, IEnumerable<Tensor> Gradients) Run(Tensor[] operands, Func<Tensor, Tensor, Tensor, Tensor> convolve)
    {
        var result = convolve(operands[0], operands[1], operands[2]);
        result.sum().backward();
        return (result.detach(), operands.Select(operand => operand.grad!).ToList());
    }
}
