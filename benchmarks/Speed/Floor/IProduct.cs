namespace Ddpo.Audio.Benchmarks.Speed.Floor;

/// <summary>A matrix product or a convolution, with operands of its own.</summary>
internal interface IProduct
{
    /// <summary>Additions and multiplications.</summary>
    double Operations { get; }

    /// <summary>Computes it.</summary>
    Tensor Run();
}

/// <summary>y = x Wᵀ + b.</summary>
internal sealed record LinearProduct(Tensor Input, Tensor Weight, Tensor? Bias) : IProduct
{
    public double Operations => 2.0 * Input.numel() * Weight.shape[0];

    public Tensor Run() => F.linear(Input, Weight, Bias);
}

/// <summary>A convolution, as libtorch does it.</summary>
internal sealed record ConvolutionProduct(Tensor Input, Tensor Weight, Tensor? Bias, long Stride, long Padding, long[] Output) : IProduct
{
    public double Operations => 2.0 * Output.Aggregate(1L, (product, size) => product * size) * Weight.shape[1] * Weight.shape[2] * Weight.shape[3];

    /// <summary>The one with this result: its step and padding follow from the sizes.</summary>
    public static ConvolutionProduct Of(Tensor input, Tensor weight, Tensor? bias, long[] output)
    {
        // No layer pads by another number, and none steps by more than two.
        var padding = weight.shape[2] / 2;
        var stride = output[2] == input.shape[2] + (2 * padding) - weight.shape[2] + 1 ? 1 : 2;
        return new(input, weight, bias, stride, padding, output);
    }

    public Tensor Run() => F.conv2d(Input, Weight, Bias, [Stride, Stride], [Padding, Padding]);
}

/// <summary>softmax(q kᵀ / √dim + bias) v: both products of an attention.</summary>
internal sealed record AttentionProduct(Tensor Query, Tensor Key, Tensor Value, Tensor? Bias) : IProduct
{
    public double Operations => 4.0 * Query.numel() * Key.shape[2];

    public Tensor Run() => F.scaled_dot_product_attention(Query, Key, Value, Bias);
}
