namespace Ddpo.Audio.Benchmarks.Speed.Floor;

/// <summary>A matrix product or a convolution, with operands of its own.</summary>
internal interface IProduct
{
    /// <summary>Additions and multiplications.</summary>
    double Operations { get; }

    /// <summary>Of operands and result.</summary>
    double Bytes { get; }

    /// <summary>Computes it.</summary>
    Tensor Run();
}

/// <summary>y = x Wᵀ + b.</summary>
internal sealed record LinearProduct(Tensor Input, Tensor Weight, Tensor? Bias) : IProduct
{
    public double Operations => 2.0 * Input.numel() * Weight.shape[0];

    public double Bytes => (double)Input.element_size() * (Input.numel() + Weight.numel() + (Input.numel() / Weight.shape[1] * Weight.shape[0]));

    public Tensor Run() => F.linear(Input, Weight, Bias);
}

/// <summary>A convolution, as libtorch does it.</summary>
internal sealed record ConvolutionProduct(Tensor Input, Tensor Weight, Tensor? Bias, long Stride, long Padding, long OutputCount) : IProduct
{
    public double Operations => 2.0 * OutputCount * Weight.numel() / Weight.shape[0];

    public double Bytes => (double)Input.element_size() * (Input.numel() + Weight.numel() + OutputCount);

    /// <summary>The one with this result: its step and padding follow from the sizes.</summary>
    public static ConvolutionProduct Of(Tensor input, Tensor weight, Tensor? bias, Tensor output)
    {
        // No layer pads by another number, and none steps by more than two.
        var padding = weight.shape[2] / 2;
        var stride = output.shape[2] == input.shape[2] + (2 * padding) - weight.shape[2] + 1 ? 1 : 2;
        return new(input, weight, bias, stride, padding, output.numel());
    }

    public Tensor Run() => F.conv2d(Input, Weight, Bias, [Stride, Stride], [Padding, Padding]);
}

/// <summary>softmax(q kᵀ / √dim + bias) v: both products of an attention.</summary>
internal sealed record AttentionProduct(Tensor Query, Tensor Key, Tensor Value, Tensor? Bias) : IProduct
{
    public double Operations => 4.0 * Query.numel() * Key.shape[2];

    public double Bytes => (double)Query.element_size() * 2 * (Query.numel() + Key.numel());

    public Tensor Run() => F.scaled_dot_product_attention(Query, Key, Value, Bias);
}
