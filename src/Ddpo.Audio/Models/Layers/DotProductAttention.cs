namespace Ddpo.Audio.Models.Layers;

/// <summary>Multi-head dot-product attention as the text models compute it; masks are additive biases.</summary>
internal static class DotProductAttention
{
    /// <summary>softmax(q kᵀ scale + bias) v, the softmax in fp32 or better.</summary>
    /// <param name="query">[batch, heads, queries, dim].</param>
    /// <param name="key">[batch, heads, keys, dim].</param>
    /// <param name="value">[batch, heads, keys, dim].</param>
    /// <param name="bias">Added to the scores; broadcasts to [batch, heads, queries, keys]. Null: every key attends.</param>
    /// <param name="scale">Factor of the scores; T5 has none (1).</param>
    /// <returns>[batch, heads, queries, dim] in the query's type.</returns>
    public static Tensor Attend(Tensor query, Tensor key, Tensor value, Tensor? bias, double scale)
    {
        using var scope = NewDisposeScope();
        var scores = query.matmul(key.transpose(-2, -1));
        if (scale != 1)
        {
            scores = scores.Multiply(scale);
        }

        if (bias is not null)
        {
            scores = scores.Add(bias);
        }

        var sum = scores.dtype is ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32;
        var weights = scores.softmax(-1, sum).to(value.dtype);
        return weights.matmul(value).MoveToOuterDisposeScope();
    }

    /// <summary>1 / √dim for <paramref name="features"/> shared out among <paramref name="heads"/>.</summary>
    /// <exception cref="CheckpointException">The features cannot be shared out evenly.</exception>
    public static double ScaleFor(int features, int heads) => heads > 0 && features % heads == 0
        ? 1 / Math.Sqrt((double)features / heads)
        : throw new CheckpointException(
            $"The configuration has {heads} attention heads for {features} features; the features must be a multiple of the heads.");

    /// <summary>[batch, tokens, heads · dim] to [batch, heads, tokens, dim].</summary>
    public static Tensor SplitHeads(Tensor input, long heads)
    {
        using var split = input.reshape(input.shape[0], input.shape[1], heads, -1);
        return split.transpose(1, 2);
    }

    /// <summary>[batch, heads, tokens, dim] to [batch, tokens, heads · dim].</summary>
    public static Tensor MergeHeads(Tensor input)
    {
        using var transposed = input.transpose(1, 2);
        return transposed.reshape(input.shape[0], input.shape[2], -1);
    }

    /// <summary>A mask of any type, 1 = attend, as a bias: 0, or the lowest finite number of <paramref name="dtype"/>.</summary>
    /// <param name="mask">[batch, keys].</param>
    /// <param name="dtype">The type of the scores.</param>
    /// <returns>[batch, 1, 1, keys].</returns>
    public static Tensor MaskBias(Tensor mask, ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        var bias = mask.to(dtype).Subtract(1).Multiply(HighestFinite(dtype));
        return bias.unsqueeze(1).unsqueeze(1).MoveToOuterDisposeScope();
    }

    /// <summary>The highest finite number of a floating-point type.</summary>
    public static double HighestFinite(ScalarType dtype) => dtype switch
    {
        ScalarType.Float16 => 65504,
        ScalarType.BFloat16 => 3.3895313892515355e38,
        ScalarType.Float32 => float.MaxValue,
        ScalarType.Float64 => double.MaxValue,
        _ => throw new ArgumentException($"{dtype} is not a floating-point type.", nameof(dtype)),
    };
}
